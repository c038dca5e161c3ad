using Headroom.Contracts;
using Headroom.Grains.Placement;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Hedging;

namespace Headroom.Grains.Lending;

/// <summary>
/// Asks other hosts for loans: those that seem to have room first, one after the other, and the next one already when
/// one takes long. Every host that is up is asked in the end.
/// </summary>
internal sealed class LoanBroker : ILoanBroker
{
    // Touching memory takes its time, which is no reason to ask another one: this is slow for any machine.
    private const long TouchedPerSecond = 1L << 30;

    private readonly IHostDirectory _hosts;
    private readonly PledgeView _pledges;
    private readonly IGrainFactory _grains;
    private readonly LendingOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<LendAnswer> _pipeline;
    private int _seed;

    public LoanBroker(
        IGrainFactory grains,
        IHostDirectory hosts,
        PledgeView pledges,
        IOptions<LendingOptions> options,
        TimeProvider time)
    {
        _grains = grains;
        _hosts = hosts;
        _pledges = pledges;
        _options = options.Value;
        _time = time;
        _seed = options.Value.Seed;
        _pipeline = new ResiliencePipelineBuilder<LendAnswer> { TimeProvider = time }
            .AddHedging(new HedgingStrategyOptions<LendAnswer>
            {
                MaxHedgedAttempts = LoanAsk.MaxAtOnce - 1,
                DelayGenerator = arguments => new(HedgeAfter(LoanAsk.Of(arguments.Context).Wish.Bytes)),
                ShouldHandle = static arguments => new(arguments.Outcome.Result is not { Part: not null }),
                ActionGenerator = static arguments =>
                {
                    CancellationToken stop = arguments.ActionContext.CancellationToken;
                    return LoanAsk.Of(arguments.PrimaryContext).Next() is { } next ? () => next(stop) : null;
                },
            })
            .Build();
    }

    /// <inheritdoc/>
    public IReadOnlyList<PledgeRow> Pledges =>
        [.. Others(_hosts.Local).Select(host => new PledgeRow(host, _pledges.FreePledgeBytes(host)))];

    /// <inheritdoc/>
    public async ValueTask<LoanOffer> BorrowAsync(LoanWish wish, CancellationToken cancellationToken)
    {
        string[] others = [.. Others(wish.Host)];
        if (others.Length < wish.Replicas)
        {
            return new LoanOffer(
                null, 0, others.Length == 0 ? "no other host is up" : "fewer other hosts are up than replicas");
        }

        IReadOnlyList<string> order = LenderChoice.Order(
            [.. others.Select(host => (host, _pledges.FreePledgeBytes(host)))],
            wish.Bytes,
            new Random(Interlocked.Increment(ref _seed)).Next);
        var ask = new LoanAsk(_grains, _pledges, wish, order, _options.AskLimit, _time);
        LoanPart[] got = [];
        try
        {
            LoanPart?[] parts = await Task.WhenAll(
                Enumerable.Range(0, wish.Replicas).Select(_ => PartAsync(ask, cancellationToken)));
            got = Array.TrueForAll(parts, part => part is not null) ? [.. parts.OfType<LoanPart>()] : [];
        }
        finally
        {
            // All or nothing, also when the caller has gone.
            ask.GiveBackAllBut(got);
        }

        long most = others.Select(_pledges.FreePledgeBytes).Max();
        return got.Length == wish.Replicas
            ? new LoanOffer(new Loan { Bytes = wish.Bytes, Ttl = wish.Ttl, Parts = got }, most, ask.Detail)
            : new LoanOffer(null, most, ask.Detail);
    }

    /// <inheritdoc/>
    public async ValueTask ReturnAsync(Loan loan, CancellationToken cancellationToken)
    {
        foreach (LoanPart part in loan.Parts)
        {
            using var late = new CancellationTokenSource(_options.AskLimit, _time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            try
            {
                await _grains.GetGrain<IReserveGrain>(part.Host).ReleaseAsync([part.Loan], limit.Token);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // It ends by its TTL.
                _pledges.Forget(part.Host);
            }
        }
    }

    private async Task<LoanPart?> PartAsync(LoanAsk ask, CancellationToken cancellationToken)
    {
        // A pipeline asks some at once and then has done its work; there may be more hosts than that.
        while (ask.Next() is { } first)
        {
            ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
            context.Properties.Set(LoanAsk.Key, ask);
            try
            {
                Outcome<LendAnswer> outcome = await _pipeline.ExecuteOutcomeAsync(
                    static (context, first) => first(context.CancellationToken), context, first);
                cancellationToken.ThrowIfCancellationRequested();
                if (outcome.Result?.Part is { } part)
                {
                    return part;
                }
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        }

        return null;
    }

    private TimeSpan HedgeAfter(long bytes) =>
        _options.HedgeAfter + TimeSpan.FromSeconds((double)bytes / TouchedPerSecond);

    private IEnumerable<string> Others(string home) => _hosts.Hosts.Where(host => host != home && _hosts.IsUp(host));
}
