using Headroom.Contracts;
using Headroom.Grains.Lending;
using Headroom.Grains.Placement;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>
/// Searches for loans as <see cref="LoanBroker"/> does, with the real order of lenders and the real asks; only that the
/// next one is asked without Polly's hedging, which leaves the thread of the world.
/// </summary>
internal sealed class SimBroker(
    IGrainFactory grains, IHostDirectory hosts, PledgeView pledges, LendingOptions options, TimeProvider time)
    : ILoanBroker
{
    private int _seed = options.Seed;

    public IReadOnlyList<PledgeRow> Pledges => [];

    public async ValueTask<LoanOffer> BorrowAsync(LoanWish wish, CancellationToken cancellationToken)
    {
        string[] others = [.. hosts.Hosts.Where(host => host != wish.Host && hosts.IsUp(host))];
        if (others.Length < wish.Replicas)
        {
            return new LoanOffer(null, 0, "fewer other hosts are up than replicas");
        }

        IReadOnlyList<string> order = LenderChoice.Order(
            [.. others.Select(host => (host, pledges.FreePledgeBytes(host)))],
            wish.Bytes,
            new Random(++_seed).Next);
        var ask = new LoanAsk(grains, pledges, wish, order, options.AskLimit, time);
        LoanPart[] got = [];
        try
        {
            LoanPart?[] parts = await Task.WhenAll(
                Enumerable.Range(0, wish.Replicas).Select(_ => PartAsync(ask, cancellationToken)));
            got = Array.TrueForAll(parts, part => part is not null) ? [.. parts.OfType<LoanPart>()] : [];
        }
        finally
        {
            ask.GiveBackAllBut(got);
        }

        long most = others.Select(pledges.FreePledgeBytes).Max();
        Loan? loan = got.Length == wish.Replicas
            ? new Loan { Bytes = wish.Bytes, Ttl = wish.Ttl, Parts = got }
            : null;
        return new LoanOffer(loan, most, ask.Detail);
    }

    public async ValueTask ReturnAsync(Loan loan, CancellationToken cancellationToken)
    {
        foreach (LoanPart part in loan.Parts)
        {
            try
            {
                await grains.GetGrain<IReserveGrain>(part.Host).ReleaseAsync([part.Loan], cancellationToken);
            }
            catch (Exception)
            {
                // It ends by its TTL; what was thrown was weighed where it was.
                pledges.Forget(part.Host);
            }
        }
    }

    // One after the other, the next one already when one takes long.
    private async Task<LoanPart?> PartAsync(LoanAsk ask, CancellationToken cancellationToken)
    {
        var running = new List<Task<Polly.Outcome<LendAnswer>>>();
        while (true)
        {
            Func<CancellationToken, ValueTask<Polly.Outcome<LendAnswer>>>? next = ask.Next();
            if (next is not null)
            {
                running.Add(next(cancellationToken).AsTask());
            }
            else if (running.Count == 0)
            {
                return null;
            }

            Task either = next is null
                ? Task.WhenAny(running)
                : Task.WhenAny([.. running, Task.Delay(options.HedgeAfter, time, cancellationToken)]);
            await either;
            foreach (Task<Polly.Outcome<LendAnswer>> one in running.Where(one => one.IsCompleted).ToArray())
            {
                running.Remove(one);
                if (one is { IsCompletedSuccessfully: true, Result.Result.Part: { } part })
                {
                    return part;
                }
            }
        }
    }
}
