using Headroom.Contracts;
using Xunit;

namespace Headroom.Grains.Tests;

/// <summary>Loans through real grains on three silos: who lends, what is given back, who dies.</summary>
public sealed class LendingTests : IAsyncLifetime
{
    private const long Mebibyte = LendingCluster.Mebibyte;
    private const string Home = "host-0";

    private readonly LendingCluster _cluster = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task HomeIsFull_TheNextMustSucceedIsALoan()
    {
        await FillHomeAsync();

        LeaseAnswer answer = await BorrowAsync(64 * Mebibyte);

        LoanPart part = Assert.Single(answer.Loan!.Parts);
        Assert.NotEqual(Home, part.Host);
        Assert.Equal(64 * Mebibyte, _cluster.Memory(part.Host).AllocatedBytes);
        ReserveView lender = await _cluster.Reserves(part.Host).GetAsync(Stop);
        Assert.Equal((64 * Mebibyte, 1), (lender.LentBytes, lender.Loans));
        Assert.Equal(64 * Mebibyte, lender.Borrowers[$"{Home}/orders/journal"]);
        Assert.InRange((await _cluster.Host(part.Host).GetAsync(Stop)).LoanBytes, 64 * Mebibyte, 72 * Mebibyte);
        Assert.Equal(64 * Mebibyte, (await _cluster.Container(Home).GetAsync(Stop)).LoanBytes);
        await SoundAsync();
    }

    [Fact]
    public async Task RepeatedRequest_GetsTheSameLoan()
    {
        await FillHomeAsync();
        LeaseRequest request = Request(10 * Mebibyte);

        LeaseAnswer first = await _cluster.Journal(Home).AcquireAsync(request, Stop);
        LeaseAnswer again = await _cluster.Journal(Home).AcquireAsync(request, Stop);

        Assert.Equal(first.Loan!.Parts[0].Loan, again.Loan!.Parts[0].Loan);
        Assert.Equal(10 * Mebibyte, Allocated());
    }

    [Fact]
    public async Task Replicas_TwoHostsHoldAllOfIt()
    {
        await FillHomeAsync();

        LeaseAnswer answer = await BorrowAsync(32 * Mebibyte, replicas: 2);

        Assert.Equal(["host-1", "host-2"], answer.Loan!.Parts.Select(part => part.Host).Order());
        Assert.Equal(64 * Mebibyte, Allocated());
    }

    [Fact]
    public async Task Replicas_OnlyOneHostHasRoom_NothingIsLeftBehind()
    {
        await FillHomeAsync();
        _cluster.Memory("host-1").RoomBytes = 0;

        LeaseAnswer answer = await _cluster.Journal(Home).AcquireAsync(
            Request(32 * Mebibyte) with { Replicas = 2 }, Stop);

        Assert.Equal(Outcome.Waiting, (Outcome)answer.Outcome);
        await Until.HoldsAsync(() => Task.FromResult(Allocated() == 0));
        await SoundAsync();
    }

    [Fact]
    public async Task LenderDoesNotReallyHaveTheBytes_AnotherLends()
    {
        await FillHomeAsync();
        _cluster.Memory("host-1").RoomBytes = 0;

        for (int i = 0; i < 4; i++)
        {
            LeaseAnswer answer = await BorrowAsync(16 * Mebibyte);
            Assert.Equal("host-2", answer.Loan!.Parts[0].Host);
        }

        Assert.Equal(0, _cluster.Memory("host-1").AllocatedBytes);
        await Until.HoldsAsync(async () => (await _cluster.Host("host-1").GetAsync(Stop)).LoanBytes == 0);
        await SoundAsync();
    }

    [Fact]
    public async Task LenderIsSlow_AnotherLendsAndTheSlowOnesGrantIsGivenBack()
    {
        await FillHomeAsync();
        var stall = new TaskCompletionSource();
        _cluster.Memory("host-1").Stall = stall.Task;

        for (int i = 0; i < 4; i++)
        {
            LeaseAnswer answer = await BorrowAsync(16 * Mebibyte);
            Assert.Equal("host-2", answer.Loan!.Parts[0].Host);
        }

        stall.SetResult();
        await Until.HoldsAsync(async () => (await _cluster.Reserves("host-1").GetAsync(Stop)).Loans == 0);
        Assert.Equal(0, _cluster.Memory("host-1").AllocatedBytes);
        await SoundAsync();
    }

    [Fact]
    public async Task EveryPledgeIsUsedUp_WaitsAndSaysWhatEachSaid()
    {
        await FillHomeAsync();
        await BorrowAsync(128 * Mebibyte);
        await BorrowAsync(128 * Mebibyte);

        LeaseAnswer answer = await _cluster.Journal(Home).AcquireAsync(Request(Mebibyte), Stop);

        Assert.Equal(Outcome.Waiting, (Outcome)answer.Outcome);
        Assert.Contains("host host-1 could lend 0 bytes", answer.Detail);
        Assert.Contains("host host-2 could lend 0 bytes", answer.Detail);
        Assert.Contains(answer.Rungs, rung => rung.Rung == (byte)Rung.Loan);
        await SoundAsync();
    }

    [Fact]
    public async Task LoanIsReleased_WhoWaitsGetsTheBytes()
    {
        await FillHomeAsync();
        await BorrowAsync(128 * Mebibyte);
        LeaseAnswer second = await BorrowAsync(128 * Mebibyte);
        LoanPart part = second.Loan!.Parts[0];
        Task<LeaseAnswer> waits = _cluster.Journal(Home)
            .AcquireAsync(Request(100 * Mebibyte) with { Wait = TimeSpan.FromSeconds(9) }, Stop).AsTask();
        await Until.HoldsAsync(async () => (await _cluster.Container(Home).GetAsync(Stop)).Waiting[3] == 1);

        await _cluster.Reserves(part.Host).ReleaseAsync([part.Loan], Stop);

        LeaseAnswer answer = await waits;
        Assert.Equal((Rung.Loan, part.Host), ((Rung)answer.Rung, answer.Loan!.Parts[0].Host));
        await SoundAsync();
    }

    [Fact]
    public async Task NotRenewed_TheLoanEndsAfterItsTtl()
    {
        await FillHomeAsync();
        LoanPart part = (await BorrowAsync(64 * Mebibyte)).Loan!.Parts[0];

        RenewLoansAnswer renewed = await _cluster.Reserves(part.Host).RenewAsync([part.Loan], Stop);
        Assert.Empty(renewed.Gone);
        await Until.HoldsAsync(() => Task.FromResult(Allocated() == 0));

        Assert.Equal([part.Loan], (await _cluster.Reserves(part.Host).RenewAsync([part.Loan], Stop)).Gone);
        await Until.HoldsAsync(async () => (await _cluster.Host(part.Host).GetAsync(Stop)).LoanBytes == 0);
        await SoundAsync();
    }

    [Fact]
    public async Task LenderDies_ItsReserveIsNotServedElsewhereAndAnotherLends()
    {
        await FillHomeAsync();
        LoanPart part = (await BorrowAsync(64 * Mebibyte)).Loan!.Parts[0];

        await _cluster.KillAsync(part.Host);
        await Assert.ThrowsAnyAsync<BudgetUnavailableException>(
            () => _cluster.Reserves(part.Host).RenewAsync([part.Loan], Stop).AsTask());

        LeaseAnswer other = await BorrowAsync(64 * Mebibyte);
        Assert.NotEqual(part.Host, other.Loan!.Parts[0].Host);
    }

    [Fact]
    public async Task HomeHasRoomAgainWhileLendersAreAsked_TheLoanIsGivenBack()
    {
        LeaseAnswer filled = await FillHomeAsync();
        var stalls = new TaskCompletionSource();
        foreach (string host in LendingCluster.Hosts)
        {
            _cluster.Memory(host).Stall = stalls.Task;
        }

        Task<LeaseAnswer> waits = _cluster.Journal(Home)
            .AcquireAsync(Request(16 * Mebibyte) with { Wait = TimeSpan.FromSeconds(9) }, Stop).AsTask();
        await Until.HoldsAsync(async () => (await _cluster.Reserves("host-1").GetAsync(Stop)).Loans
            + (await _cluster.Reserves("host-2").GetAsync(Stop)).Loans > 0);
        await _cluster.Container(Home).ReleaseLeaseAsync(Claim(filled), Stop);
        stalls.SetResult();

        LeaseAnswer answer = await waits;
        Assert.Equal(Outcome.Granted, (Outcome)answer.Outcome);
        Assert.Null(answer.Loan);
        await Until.HoldsAsync(() => Task.FromResult(Allocated() == 0));
        await SoundAsync();
    }

    [Fact]
    public async Task NoLoanWanted_NobodyIsAsked()
    {
        await FillHomeAsync();

        LeaseAnswer answer = await _cluster.Journal(Home).AcquireAsync(Request(Mebibyte) with { Replicas = 0 }, Stop);

        Assert.Equal(Outcome.Waiting, (Outcome)answer.Outcome);
        Assert.Equal(0, Allocated());
    }

    [Fact]
    public async Task Explain_NamesTheLoanRungWithoutBorrowing()
    {
        await FillHomeAsync();
        await Until.HoldsAsync(async () =>
            (await _cluster.Journal(Home).ExplainAsync(Mebibyte, 3, Stop)).Rungs[^1].AvailableBytes > 0);

        LeaseAnswer answer = await _cluster.Journal(Home).ExplainAsync(Mebibyte, (byte)Urgency.MustSucceed, Stop);

        Assert.Equal(Rung.Loan, (Rung)answer.Rung);
        Assert.Equal(LendingCluster.Pledged, answer.Rungs[^1].AvailableBytes);
        Assert.Equal(0, Allocated());
    }

    [Fact]
    public async Task DrainedReserve_LendsNoMore()
    {
        await FillHomeAsync();
        await _cluster.Reserves("host-1").DrainAsync(Stop);
        await _cluster.Reserves("host-2").DrainAsync(Stop);

        LeaseAnswer answer = await _cluster.Journal(Home).AcquireAsync(Request(Mebibyte), Stop);

        Assert.Equal(Outcome.Waiting, (Outcome)answer.Outcome);
        Assert.Contains("does not lend now", answer.Detail);
    }

    [Fact]
    public async Task ManyAtOnce_NothingIsLentTwiceAndAllComesBack()
    {
        await FillHomeAsync();
        LeaseAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(
            _ => _cluster.Journal(Home).AcquireAsync(Request(4 * Mebibyte), Stop).AsTask()));

        LeaseAnswer[] granted = [.. answers.Where(answer => answer.Outcome == (byte)Outcome.Granted)];
        Assert.InRange(granted.Length, 50, 60);
        Assert.True(
            granted.Length * 4 * Mebibyte <= 2 * LendingCluster.Pledged, "more was lent than pledged");
        await SoundAsync();
        await Until.HoldsAsync(() => Task.FromResult(Allocated() == 0));
        await Until.HoldsAsync(async () => (await _cluster.Host("host-1").GetAsync(Stop)).LoanBytes == 0);
        await SoundAsync();
    }

    private static LeaseRequest Request(long bytes) => new()
    {
        RequestId = Guid.NewGuid(),
        Bytes = bytes,
        Urgency = (byte)Urgency.MustSucceed,
        Reason = "commit",
        Replicas = 1,
        More = true,
        Ttl = BudgetCluster.Ttl,
    };

    private static LeaseClaim Claim(LeaseAnswer answer) => new()
    {
        LeaseId = answer.LeaseId,
        Epoch = answer.Epoch,
        Subsystem = "journal",
        Bytes = answer.Bytes,
        Urgency = (byte)Urgency.MustSucceed,
        Ttl = answer.Ttl,
    };

    // All of the capacity, the reserve included, by one must-succeed lease.
    private async Task<LeaseAnswer> FillHomeAsync()
    {
        LeaseRequest request = Request(LendingCluster.Capacity) with
        {
            Ttl = TimeSpan.FromSeconds(30),
            Wait = TimeSpan.FromSeconds(9),
        };
        LeaseAnswer answer = await _cluster.Journal(Home).AcquireAsync(request, Stop);
        Assert.Equal((Outcome.Granted, Rung.Overdraft), ((Outcome)answer.Outcome, (Rung)answer.Rung));
        return answer;
    }

    private async Task<LeaseAnswer> BorrowAsync(long bytes, byte replicas = 1)
    {
        LeaseAnswer answer = await _cluster.Journal(Home).AcquireAsync(
            Request(bytes) with { Replicas = replicas, Wait = TimeSpan.FromSeconds(9) }, Stop);
        Assert.Equal((Outcome.Granted, Rung.Loan), ((Outcome)answer.Outcome, (Rung)answer.Rung));
        return answer;
    }

    private long Allocated() => LendingCluster.Hosts.Sum(host => _cluster.Memory(host).AllocatedBytes);

    private async Task SoundAsync()
    {
        foreach (string host in LendingCluster.Hosts)
        {
            Assert.Empty((await _cluster.Host(host).AuditAsync(Stop)).Violations);
            Assert.Empty((await _cluster.Reserves(host).AuditAsync(Stop)).Violations);
        }
    }
}
