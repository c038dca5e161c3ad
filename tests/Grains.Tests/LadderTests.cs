using Headroom.Contracts;
using Xunit;

namespace Headroom.Grains.Tests;

/// <summary>Rung by rung, through real grains: what each grants, and what it must not touch.</summary>
public sealed class LadderTests(BudgetCluster cluster) : IClassFixture<BudgetCluster>
{
    private const long Mebibyte = 1L << 20;
    private const long Ordinary = BudgetCluster.Capacity - BudgetCluster.Reserve;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MustSucceed_OptionalOfTheSameContainer_IsTakenBackByANudge()
    {
        string host = Unique();
        YieldingClient cache = await ClientAsync(host, "orders", "cache", Ordinary, Urgency.Optional);

        LeaseAnswer answer = await MustAsync(host, "orders", 200 * Mebibyte);

        Assert.Equal((Outcome.Granted, Rung.Reclaim), Of(answer));
        Assert.InRange(cache.Nudges, 1, 10);
        await SoundAsync(host);
    }

    [Fact]
    public async Task Audit_ClientThatHoldsMoreThanIsBooked_IsNamedWithTheNumbers()
    {
        string host = Unique();
        YieldingClient client = await ClientAsync(host, "orders", "cache", Mebibyte, Urgency.Optional);
        await SoundAsync(host);

        client.ClaimedBytes = 1;

        Violation found = Assert.Single((await cluster.Host(host).AuditAsync(Stop)).Violations);
        Assert.Equal(("I3", $"{host}/orders"), (found.Invariant, found.Budget));
        Assert.Contains($"holds {client.Leased.Sum() + client.EmergencyBytes + 1} bytes", found.Detail);
    }

    [Fact]
    public async Task MustSucceed_OtherContainersAboveTheirGuarantee_GiveBack()
    {
        string host = Unique();
        await cluster.Host(host).ConfigureContainerAsync(
            "cache", new ContainerSettings { GuaranteeBytes = 300 * Mebibyte }, Stop);
        YieldingClient cache = await ClientAsync(host, "cache", "pages", Ordinary, Urgency.Optional);

        LeaseAnswer answer = await MustAsync(host, "orders", 200 * Mebibyte);

        Assert.Equal((Outcome.Granted, Rung.Reclaim), Of(answer));
        Assert.True(cache.Leased[0] >= 300 * Mebibyte, $"{cache.Leased[0]} bytes are less than its guarantee");
        await SoundAsync(host);
    }

    [Fact]
    public async Task RiskyToFail_TakesBackFromLowerUrgenciesOnly()
    {
        string host = Unique();
        YieldingClient opens = await ClientAsync(host, "orders", "opens", 400 * Mebibyte, Urgency.SafeToFail);
        await ClientAsync(host, "orders", "commits", Ordinary - (400 * Mebibyte), Urgency.MustSucceed);

        LeaseAnswer answer = await cluster.Subsystem(host, "orders", "writer").AcquireAsync(
            Request(100 * Mebibyte, Urgency.RiskyToFail), Stop);

        Assert.Equal((Outcome.Granted, Rung.Reclaim), Of(answer));
        Assert.InRange(opens.Leased[1], 0, 300 * Mebibyte);
        await SoundAsync(host);
    }

    [Fact]
    public async Task ClientDoesNotComply_IsMarkedAndTheReserveServesIt()
    {
        string host = Unique();
        YieldingClient cache = await ClientAsync(
            host, "orders", "cache", Ordinary, Urgency.Optional, complies: false);

        LeaseAnswer answer = await MustAsync(host, "orders", 10 * Mebibyte);

        Assert.Equal((Outcome.Granted, Rung.Overdraft), Of(answer));

        // The request's patience runs from when it asked, the holder's from when it was told.
        await Until.HoldsAsync(
            async () => (await cluster.Container(host, "orders").GetAsync(Stop)).OverdueSessions == 1);
        ContainerView view = await cluster.Container(host, "orders").GetAsync(Stop);
        Assert.Equal((1, 10 * Mebibyte), (view.OverdueSessions, view.OverdraftBytes));
        await cache.RenewAsync();
        Assert.True(cache.Last!.Overdue);
        await SoundAsync(host);
    }

    [Fact]
    public async Task Reserve_ServesMustSucceedAloneAndIsRefilledFirst()
    {
        string host = Unique();
        YieldingClient holder = await ClientAsync(host, "orders", "commits", Ordinary, Urgency.MustSucceed);

        LeaseAnswer first = await MustAsync(host, "other", 40 * Mebibyte);
        LeaseAnswer optional = await AskAsync(host, "other", 1, Urgency.Optional);
        LeaseAnswer risky = await AskAsync(host, "other", 1, Urgency.RiskyToFail, wait: TimeSpan.Zero);

        Assert.Equal((Outcome.Granted, Rung.Overdraft), Of(first));
        Assert.Equal((Outcome.Refused, Outcome.Refused), ((Outcome)optional.Outcome, (Outcome)risky.Outcome));
        HostView view = await cluster.Host(host).GetAsync(Stop);
        Assert.Equal((Ordinary, 40 * Mebibyte), (view.AllottedBytes, view.OverdraftBytes));
        Assert.Equal(Ordinary, holder.Leased[3]);
        await SoundAsync(host);

        await cluster.Container(host, "other").ReleaseLeaseAsync(Claim(first), Stop);
        await Until.TrueAsync(
            async () => (await cluster.Host(host).GetAsync(Stop)).OverdraftBytes == 0,
            TimeSpan.FromSeconds(10),
            async () => (await cluster.Host(host).GetAsync(Stop)).ToString());
    }

    [Fact]
    public async Task NothingHelps_TheAnswerNamesEveryRungAndTheLargestHolders()
    {
        string host = Unique();
        await ClientAsync(host, "orders", "commits", Ordinary, Urgency.MustSucceed);

        LeaseAnswer waiting = await MustAsync(host, "orders", 65 * Mebibyte);
        LeaseAnswer explained = await cluster.Subsystem(host, "orders", "journal").ExplainAsync(
            65 * Mebibyte, (byte)Urgency.MustSucceed, Stop);
        LeaseAnswer refused = await AskAsync(host, "orders", Mebibyte, Urgency.Optional);

        Assert.Equal(Outcome.Waiting, (Outcome)waiting.Outcome);
        Rung[] rungs = [Rung.Container, Rung.Host, Rung.Reclaim, Rung.Overdraft, Rung.Loan];
        Assert.Equal(rungs, waiting.Rungs.Select(rung => (Rung)rung.Rung));
        Assert.Equal(rungs, explained.Rungs.Select(rung => (Rung)rung.Rung));
        Assert.Equal("commits", refused.Holders[0].Name);
        Assert.Equal(Ordinary, refused.Holders[0].Bytes);
    }

    [Theory]
    [InlineData(100, Rung.Host)]
    [InlineData(500, Rung.Reclaim)]
    [InlineData(980, Rung.Overdraft)]
    public async Task Explain_SaysWhatWouldHappenAndChangesNothing(int mebibytes, Rung expected)
    {
        string host = Unique();
        if (expected != Rung.Overdraft)
        {
            await ClientAsync(host, "orders", "cache", 700 * Mebibyte, Urgency.Optional);
        }

        // One request, so that the budget has heard from its host.
        LeaseAnswer known = await AskAsync(host, "orders", 1, Urgency.MustSucceed);
        ISubsystemGrain journal = cluster.Subsystem(host, "orders", "journal");
        LeaseAnswer explained = await journal.ExplainAsync(mebibytes * Mebibyte, (byte)Urgency.MustSucceed, Stop);

        Assert.Equal(expected, (Rung)explained.Rung);
        await cluster.Container(host, "orders").ReleaseLeaseAsync(Claim(known), Stop);
        LeaseAnswer answer = await MustAsync(host, "orders", mebibytes * Mebibyte);
        Assert.Equal((Outcome.Granted, expected), Of(answer));
    }

    [Fact]
    public async Task MustSucceed_IsListedByReason()
    {
        string host = Unique();
        ISubsystemGrain journal = cluster.Subsystem(host, "orders", "journal");
        LeaseRequest request = Request(Mebibyte, Urgency.MustSucceed);
        await journal.AcquireAsync(request with { Reason = "commit" }, Stop);
        await journal.AcquireAsync(request with { RequestId = Guid.NewGuid(), Reason = "commit" }, Stop);
        await journal.AcquireAsync(request with { RequestId = Guid.NewGuid(), Reason = "replay" }, Stop);

        MustSucceedView view = await cluster.Container(host, "orders").GetMustSucceedAsync(Stop);

        Assert.Equal(3 * Mebibyte, view.OutstandingBytes);
        Assert.Equal(
            [("commit", 2L, 2 * Mebibyte), ("replay", 1L, Mebibyte)],
            view.Reasons.Select(row => (row.Reason, row.Granted, row.OutstandingBytes)));
    }

    [Theory]
    [InlineData(LastResort.Fallback, SubsystemState.Fallback)]
    [InlineData(LastResort.ReadOnly, SubsystemState.ReadOnly)]
    [InlineData(LastResort.FailStop, SubsystemState.FailStop)]
    public async Task PatienceIsOver_TheLastResortAnswersAndReturningMemoryLiftsIt(
        LastResort lastResort, SubsystemState state)
    {
        string host = Unique();
        await DeclareAsync(host, lastResort);
        LeaseAnswer held = await AskAsync(host, "orders", Ordinary, Urgency.MustSucceed, "holder");

        LeaseAnswer answer = await MustAsync(host, "orders", 100 * Mebibyte);

        Assert.Equal((Outcome.LastResort, Rung.LastResort), Of(answer));
        Assert.Equal(state, (SubsystemState)answer.State);
        SubsystemView view = (await cluster.Subsystem(host, "orders", "journal").GetAsync(Stop))!;
        Assert.Equal((state, 100 * Mebibyte), ((SubsystemState)view.State, view.StateBytes));

        await cluster.Container(host, "orders").ReleaseLeaseAsync(Claim(held, "holder"), Stop);
        view = (await cluster.Subsystem(host, "orders", "journal").GetAsync(Stop))!;
        Assert.Equal(SubsystemState.Normal, (SubsystemState)view.State);
    }

    [Fact]
    public async Task LastResort_AnOperatorLiftsIt()
    {
        string host = Unique();
        await DeclareAsync(host, LastResort.FailStop);
        await AskAsync(host, "orders", Ordinary, Urgency.MustSucceed, "holder");
        await MustAsync(host, "orders", 100 * Mebibyte);

        await cluster.Subsystem(host, "orders", "journal").LiftAsync(Stop);

        SubsystemView view = (await cluster.Subsystem(host, "orders", "journal").GetAsync(Stop))!;
        Assert.Equal(SubsystemState.Normal, (SubsystemState)view.State);
    }

    [Fact]
    public async Task EmergencyCredit_IsFilledBeforeAnythingElseAndStaysWhileOthersWait()
    {
        string host = Unique();
        await cluster.Host(host).ConfigureSubsystemAsync(
            "orders", "journal", new SubsystemPolicy { EmergencyCreditBytes = 8 * Mebibyte }, Stop);
        YieldingClient journal = await ClientAsync(host, "orders", "journal", 1 * Mebibyte, Urgency.SafeToFail);

        // The bytes come from the host: with the exchange after its answer, whichever that is.
        await Until.HoldsAsync(async () =>
        {
            await journal.RenewAsync();
            return journal.EmergencyBytes == 8 * Mebibyte;
        });

        await ClientAsync(host, "orders", "commits", Ordinary - (9 * Mebibyte), Urgency.MustSucceed);
        await MustAsync(host, "orders", 100 * Mebibyte);
        await journal.RenewAsync();

        Assert.Equal(8 * Mebibyte, journal.EmergencyBytes);
        Assert.Equal(8 * Mebibyte, (await cluster.Container(host, "orders").GetAsync(Stop)).EmergencyBytes);
        await SoundAsync(host);
    }

    private Task<ConfigureAnswer> DeclareAsync(string host, LastResort lastResort)
    {
        var policy = new SubsystemPolicy
        {
            LastResort = (byte)lastResort,
            LastResortAfter = TimeSpan.FromMilliseconds(300),
        };
        return cluster.Host(host).ConfigureSubsystemAsync("orders", "journal", policy, Stop).AsTask();
    }

    private async Task<YieldingClient> ClientAsync(
        string host, string container, string subsystem, long bytes, Urgency urgency, bool complies = true)
    {
        YieldingClient client = await YieldingClient.OpenAsync(
            cluster.Grains, cluster.Container(host, container), subsystem, complies);
        await client.TakeAsync(bytes, urgency);

        // Floors keep low urgencies from filling a budget, and a test may need it full. What an emergency store lacks
        // comes before what was wanted, so that it may take more than one exchange.
        await Until.HoldsAsync(async () =>
        {
            if (client.Leased.Sum() < bytes)
            {
                await client.FillAsync(bytes - client.Leased.Sum(), urgency);
            }

            return client.Leased.Sum() == bytes;
        });
        return client;
    }

    private Task<LeaseAnswer> MustAsync(string host, string container, long bytes) =>
        AskAsync(host, container, bytes, Urgency.MustSucceed);

    private Task<LeaseAnswer> AskAsync(
        string host, string container, long bytes, Urgency urgency, string subsystem = "journal",
        TimeSpan? wait = null) => cluster.Subsystem(host, container, subsystem).AcquireAsync(
            Request(bytes, urgency) with { Wait = wait ?? TimeSpan.FromSeconds(4) }, Stop).AsTask();

    private async Task SoundAsync(string host) =>
        Assert.Empty((await cluster.Host(host).AuditAsync(Stop)).Violations);

    private static LeaseRequest Request(long bytes, Urgency urgency) => new()
    {
        RequestId = Guid.NewGuid(),
        Bytes = bytes,
        Urgency = (byte)urgency,
        Replicas = 1,
    };

    private static LeaseClaim Claim(LeaseAnswer answer, string subsystem = "journal") => new()
    {
        LeaseId = answer.LeaseId,
        Epoch = answer.Epoch,
        Subsystem = subsystem,
        Bytes = answer.Bytes,
        Urgency = (byte)Urgency.MustSucceed,
        Ttl = answer.Ttl,
    };

    private static (Outcome Outcome, Rung Rung) Of(LeaseAnswer answer) => ((Outcome)answer.Outcome, (Rung)answer.Rung);

    private static string Unique() => $"host-{Guid.NewGuid():N}"[..20];
}
