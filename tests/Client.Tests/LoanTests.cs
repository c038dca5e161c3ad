using Headroom.Client.Tests.Remote;
using Headroom.Contracts;
using Xunit;

namespace Headroom.Client.Tests;

public sealed class LoanTests
{
    // A port that is nobody's to choose.
    private const string NobodyListens = "127.0.0.1:1";

    private static CancellationToken Token => BudgetFixture.Token;

    // A lender that died between its grant and the first connection: nothing was lost yet, and nobody is refused.
    [Fact]
    public async Task AcquireMustSucceedAsync_LenderIsGone_GivesTheLoanBackAndAsksAnew()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        var loan = new LoanId(3, 4);
        fixture.Authority.Script.Enqueue(
            new LeaseDecision { Outcome = Outcome.Granted, LeaseId = 77, Bytes = 5000, Rung = Rung.Loan });
        fixture.Authority.Loans.Enqueue(new Loan
        {
            Bytes = 5000,
            Ttl = TimeSpan.FromSeconds(30),
            Parts =
            [
                new LoanPart { Host = "node-2", Loan = loan, Endpoint = NobodyListens, Token = new byte[16] },
            ],
        });

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireMustSucceedAsync(5000, "commit", Token).AsTask(), "it was granted");

        Assert.Null(lease.RemoteMemory);
        Assert.Equal(5000, fixture.ChargedBytes);
        LeaseAsk[] asks = [await fixture.NextAskAsync(), await fixture.NextAskAsync()];
        Assert.NotEqual(asks[0].Command.RequestId, asks[1].Command.RequestId);
        Assert.Equal(
            ("node-2", loan), await ReleasedAsync((LendersDouble)fixture.Authority.Lenders));
        await fixture.UntilAsync(() => WasCancelled(fixture, asks[0]), "the authority heard that it is not wanted");
    }

    // The answer that said where it is was lost, and the authority has forgotten it since: it is not memory at home.
    [Fact]
    public async Task AcquireMustSucceedAsync_NobodyKnowsWhereTheLoanIs_GivesTheLeaseBackAndAsksAnew()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Script.Enqueue(
            new LeaseDecision { Outcome = Outcome.Granted, LeaseId = 77, Bytes = 5000, Rung = Rung.Loan });

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireMustSucceedAsync(5000, "commit", Token).AsTask(), "it was granted");

        Assert.Equal(5000, fixture.ChargedBytes);
        LeaseAsk[] asks =
        [
            await fixture.ResultAsync(fixture.NextAskAsync(), "it asked"),
            await fixture.ResultAsync(fixture.NextAskAsync(), "it asked again"),
        ];
        Assert.NotEqual(asks[0].Command.RequestId, asks[1].Command.RequestId);
        await fixture.UntilAsync(() => WasCancelled(fixture, asks[0]), "the authority heard that it is not wanted");
    }

    [Fact]
    public async Task AcquireMustSucceedAsync_WrongReplicas_IsTheCallersMistake()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        foreach (int replicas in new[] { 0, 3 })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.Cache.AcquireMustSucceedAsync(
                10, "commit", new MustSucceedOptions { Replicas = replicas }, Token).AsTask());
        }
    }

    private static async Task<(string Host, LoanId Loan)> ReleasedAsync(LendersDouble lenders)
    {
        (string host, LoanId[] loans) = await lenders.ReleaseAsync();
        return (host, Assert.Single(loans));
    }

    private static bool WasCancelled(BudgetFixture fixture, LeaseAsk ask)
    {
        while (fixture.Authority.Exchanges.TryRead(out ExchangeCommand? exchange))
        {
            if (exchange.Cancelled.Contains(ask.Command.RequestId))
            {
                return true;
            }
        }

        return false;
    }
}
