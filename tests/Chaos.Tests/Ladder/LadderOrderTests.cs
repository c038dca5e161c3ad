using Headroom.Contracts;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>
/// A host full of leases of lower urgencies: thousands of must-succeed requests, each granted from the first rung that
/// could, by what each had at that moment.
/// </summary>
[Trait("Kind", "Process")]
public sealed class LadderOrderTests
{
    private const string Home = "host-1";
    private const string Container = "orders";
    private const long Mebibyte = 1L << 20;
    private const long Capacity = 256 * Mebibyte;
    private const long Reserve = 32 * Mebibyte;
    private const long Pledged = 64 * Mebibyte;
    private const int Requests = 10_000;
    private const int Auditing = 500;

    private readonly Random _random = new(20);
    private readonly SortedDictionary<Rung, int> _rungs = [];
    private readonly List<LeaseAnswer> _held = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TenThousandMustSucceed_AllGrantedFromTheFirstRungThatCould()
    {
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(),
            hosts: 3,
            host =>
            [
                $"--Headroom:Host:CapacityBytes={Capacity}",
                $"--Headroom:Host:ReserveBytes={(host == Home ? Reserve : Pledged)}",
                $"--Headroom:Host:PledgedBytes={(host == Home ? 0 : Pledged)}",
                "--Headroom:Session:Ttl=00:00:05",
                "--Headroom:Session:MaxLeaseTtl=00:10:00",
            ]);
        await using GrainClient client = await GrainClient.ConnectAsync(cluster[Home]);
        ISubsystemGrain journal = client.Grains.GetGrain<ISubsystemGrain>($"{Home}/{Container}/journal");
        Holder[] holders =
        [
            await Holder.ConnectAsync(cluster[Home], Home, Container, Urgency.Optional),
            await Holder.ConnectAsync(cluster[Home], Home, Container, Urgency.SafeToFail),
            await Holder.ConnectAsync(cluster[Home], Home, "reports", Urgency.RiskyToFail),
        ];
        var api = new Api(cluster[Home], Home);
        try
        {
            int done = 0;
            while (done < Requests)
            {
                await FillAsync(holders);
                for (bool borrowed = false; !borrowed && done < Requests; done++)
                {
                    borrowed = await OneAsync(journal) == Rung.Loan && _held.Count(IsLoan) > 40;
                    if (done % Auditing == 0)
                    {
                        await api.AssertAuditAsync();
                    }
                }

                await ReleaseAllAsync(client);
            }
        }
        finally
        {
            foreach (Holder holder in holders)
            {
                await holder.DisposeAsync();
            }
        }

        await api.AssertAuditAsync();
        Assert.All(
            [Rung.Container, Rung.Host, Rung.Reclaim, Rung.Overdraft, Rung.Loan],
            rung => Assert.True(_rungs.GetValueOrDefault(rung) > 0, $"nothing was granted from {rung}: {Seen()}"));
        Assert.All(holders, holder => Assert.True(holder.Asked > 0, "a holder was never asked"));
        TestContext.Current.TestOutputHelper?.WriteLine(Seen());
    }

    private static bool IsLoan(LeaseAnswer lease) => lease.Loan is not null;

    private string Seen() => string.Join(", ", _rungs.Select(pair => $"{pair.Key} {pair.Value}"));

    // Each up to a third: at first urgent ones, whose floors are lower.
    private static async Task FillAsync(Holder[] holders)
    {
        foreach (Holder holder in holders)
        {
            await holder.FillAsync((Capacity - Reserve) / 3, Mebibyte);
        }
    }

    private async Task<Rung> OneAsync(ISubsystemGrain journal)
    {
        long bytes = _random.NextInt64(4 << 10, 512 << 10);
        LeaseAnswer before = await journal.ExplainAsync(bytes, (byte)Urgency.MustSucceed, Stop);
        var request = new LeaseRequest
        {
            RequestId = Guid.NewGuid(),
            Bytes = bytes,
            Urgency = (byte)Urgency.MustSucceed,
            Ttl = TimeSpan.FromMinutes(5),
            Reason = "order",
            Replicas = 1,
            More = true,
        };
        LeaseAnswer answer;
        int asked = 0;
        long start = TimeProvider.System.GetTimestamp();
        do
        {
            answer = await journal.AcquireAsync(request, Stop);
        }
        while (answer.Outcome == (byte)Outcome.Waiting && ++asked < 10);
        Assert.True(answer.Outcome == (byte)Outcome.Granted, $"not granted after {asked} calls: {answer}");
        _held.Add(answer);
        var rung = (Rung)answer.Rung;
        _rungs[rung] = _rungs.GetValueOrDefault(rung) + 1;

        // No rung below could have met it when it was asked. What it got may come from a lower one: a holder may have
        // given back in between.
        foreach (RungTrial lower in before.Rungs.Where(trial => trial.Rung < answer.Rung))
        {
            bool tidied = (Rung)lower.Rung == Rung.Container && rung == Rung.Host;
            Assert.True(
                lower.AvailableBytes < bytes || tidied,
                $"request {_rungs.Values.Sum()} of {bytes} bytes was granted from {rung}, although "
                    + $"{(Rung)lower.Rung} had {lower.AvailableBytes}, after "
                    + $"{TimeProvider.System.GetElapsedTime(start)}; before: {string.Join(", ", before.Rungs)}, "
                    + $"holders {string.Join(", ", before.Holders.AsEnumerable())}");
        }

        return rung;
    }

    private async Task ReleaseAllAsync(GrainClient client)
    {
        IContainerBudgetGrain budget = client.Grains.GetGrain<IContainerBudgetGrain>($"{Home}/{Container}");
        foreach (LeaseAnswer lease in _held)
        {
            foreach (LoanPart part in lease.Loan?.Parts ?? [])
            {
                await client.Grains.GetGrain<IReserveGrain>(part.Host).ReleaseAsync([part.Loan], Stop);
            }

            var claim = new LeaseClaim
            {
                LeaseId = lease.LeaseId,
                Epoch = lease.Epoch,
                Subsystem = "journal",
                Bytes = lease.Bytes,
                Urgency = (byte)Urgency.MustSucceed,
                Ttl = lease.Ttl,
                Remote = lease.Loan is not null,
            };
            await budget.ReleaseLeaseAsync(claim, Stop);
        }

        _held.Clear();
    }
}
