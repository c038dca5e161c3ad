using Headroom.Contracts;
using Orleans.Core.Internal;
using Xunit;

namespace Headroom.Grains.Tests;

public sealed class BudgetGrainTests(BudgetCluster cluster) : IClassFixture<BudgetCluster>
{
    private const long Mebibyte = 1L << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Urgency.Optional)]
    [InlineData(Urgency.SafeToFail)]
    [InlineData(Urgency.RiskyToFail)]
    [InlineData(Urgency.MustSucceed)]
    public async Task Acquire_RoomIsThere_GrantsAtEveryUrgency(Urgency urgency)
    {
        string host = Unique();
        LeaseAnswer answer = await cluster.Subsystem(host, "orders", "journal")
            .AcquireAsync(Request(10 * Mebibyte, urgency), Stop);

        Assert.Equal(Outcome.Granted, (Outcome)answer.Outcome);
        Assert.Equal(Rung.Host, (Rung)answer.Rung);
        Assert.Equal(10 * Mebibyte, answer.Bytes);
        ContainerView view = await cluster.Container(host, "orders").GetAsync(Stop);
        Assert.Equal(10 * Mebibyte, view.LeasedBytes[(int)urgency]);
        Assert.Empty((await cluster.Host(host).AuditAsync(Stop)).Violations);
    }

    [Fact]
    public async Task Forget_WhileBytesAreHeld_WaitsForThemAndThenTakesAllSettingsAway()
    {
        string host = Unique();
        IHostBudgetGrain budget = cluster.Host(host);
        await budget.ConfigureContainerAsync(
            "orders",
            new ContainerSettings { LimitBytes = 100 * Mebibyte, GuaranteeBytes = 10 * Mebibyte, MarginPercent = 30 },
            Stop);
        Assert.Equal(30, (await budget.GetContainerAsync("orders", Stop))!.Settings.MarginPercent);
        LeaseAnswer lease = await cluster.Subsystem(host, "orders", "journal")
            .AcquireAsync(Request(Mebibyte, Urgency.SafeToFail), Stop);
        Assert.False(await budget.ForgetContainerAsync("orders", Stop));
        Assert.NotNull(await budget.GetContainerAsync("orders", Stop));

        await cluster.Container(host, "orders").ReleaseLeaseAsync(
            Claim(lease, "journal", Urgency.SafeToFail), Stop);
        await Until.HoldsAsync(() => budget.ForgetContainerAsync("orders", Stop).AsTask());

        Assert.Null(await budget.GetContainerAsync("orders", Stop));
        Assert.Empty((await budget.AuditAsync(Stop)).Violations);
        await cluster.Subsystem(host, "orders", "journal").AcquireAsync(Request(Mebibyte, Urgency.SafeToFail), Stop);
        ContainerTerms again = (await budget.GetContainerAsync("orders", Stop))!;
        Assert.Null(again.Settings.MarginPercent);
        Assert.Equal(0, again.Settings.GuaranteeBytes);
    }

    [Fact]
    public async Task Acquire_Repeated_GetsTheFirstAnswerAndIsChargedOnce()
    {
        string host = Unique();
        LeaseRequest request = Request(Mebibyte, Urgency.SafeToFail);
        LeaseAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => cluster.Subsystem(host, "orders", "journal").AcquireAsync(request, Stop).AsTask()));

        Assert.Single(answers.Select(answer => answer.LeaseId).Distinct());
        Assert.Equal(Mebibyte, (await cluster.Container(host, "orders").GetAsync(Stop)).LeasedBytes.Sum());
        LeaseAnswer other = await cluster.Subsystem(host, "orders", "journal")
            .AcquireAsync(request with { Bytes = 1 }, Stop);
        Assert.Equal(Outcome.Conflict, (Outcome)other.Outcome);
    }

    [Fact]
    public async Task Acquire_NoRoom_OptionalIsRefusedAtOnceAndSaysWhy()
    {
        string host = Unique();
        await Take(host, "orders", 700 * Mebibyte, Urgency.MustSucceed);
        LeaseAnswer answer = await cluster.Subsystem(host, "orders", "cache").AcquireAsync(
            Request(200 * Mebibyte, Urgency.Optional), Stop);

        Assert.Equal(Outcome.Refused, (Outcome)answer.Outcome);
        Assert.NotNull(answer.RefusedBy);
        Assert.NotEmpty(answer.Rungs);
        Assert.InRange(answer.AvailableBytes, 0, 200 * Mebibyte - 1);
        Assert.NotNull(answer.Detail);
    }

    [Fact]
    public async Task Acquire_BytesAreFreedMeanwhile_WaiterIsServed()
    {
        string host = Unique();
        LeaseAnswer held = await Take(host, "orders", 900 * Mebibyte, Urgency.MustSucceed);
        Task<LeaseAnswer> waiting = cluster.Subsystem(host, "orders", "writer").AcquireAsync(
            Request(200 * Mebibyte, Urgency.RiskyToFail), Stop).AsTask();
        await Until.TrueAsync(
            async () => (await cluster.Container(host, "orders").GetAsync(Stop)).Waiting[(int)Urgency.RiskyToFail] == 1,
            TimeSpan.FromSeconds(5),
            async () => (await cluster.Container(host, "orders").GetAsync(Stop)).ToString());
        await cluster.Container(host, "orders").ReleaseLeaseAsync(Claim(held, "journal", Urgency.MustSucceed), Stop);

        LeaseAnswer answer = await waiting;
        Assert.Equal(Outcome.Granted, (Outcome)answer.Outcome);
        Assert.Equal(Rung.Wait, (Rung)answer.Rung);
    }

    [Fact]
    public async Task Acquire_MustSucceedStillWaits_KeepsItsPlaceAndIsGrantedLater()
    {
        string host = Unique();
        LeaseAnswer held = await Take(host, "orders", 900 * Mebibyte, Urgency.MustSucceed);
        LeaseRequest request = Request(200 * Mebibyte, Urgency.MustSucceed);
        LeaseAnswer first = await cluster.Subsystem(host, "orders", "journal").AcquireAsync(request, Stop);
        Assert.Equal(Outcome.Waiting, (Outcome)first.Outcome);

        LeaseAnswer optional = await cluster.Subsystem(host, "orders", "cache")
            .AcquireAsync(Request(1, Urgency.Optional), Stop);
        Assert.Equal(Outcome.Refused, (Outcome)optional.Outcome);

        await cluster.Container(host, "orders").ReleaseLeaseAsync(Claim(held, "journal", Urgency.MustSucceed), Stop);
        LeaseAnswer second = await cluster.Subsystem(host, "orders", "journal").AcquireAsync(request, Stop);
        Assert.Equal(Outcome.Granted, (Outcome)second.Outcome);
    }

    [Fact]
    public async Task Acquire_TwoContainers_ShareTheHost()
    {
        string host = Unique();
        await Take(host, "one", 500 * Mebibyte, Urgency.RiskyToFail);
        LeaseAnswer two = await cluster.Subsystem(host, "two", "journal").AcquireAsync(
            Request(500 * Mebibyte, Urgency.SafeToFail), Stop);

        Assert.Equal(Outcome.Refused, (Outcome)two.Outcome);
        Assert.Equal("host", two.RefusedBy);
        HostView view = await cluster.Host(host).GetAsync(Stop);
        Assert.InRange(view.AllottedBytes, 500 * Mebibyte, BudgetCluster.Capacity - BudgetCluster.Reserve);
    }

    [Fact]
    public async Task Policy_UrgencyAboveIt_IsNotAllowed()
    {
        string host = Unique();
        ISubsystemGrain cache = cluster.Subsystem(host, "orders", "cache");
        ConfigureAnswer configured = await cache.ConfigureAsync(
            new SubsystemPolicy { MaxUrgency = (byte)Urgency.Optional }, Stop);
        Assert.Null(configured.Error);

        LeaseAnswer answer = await cache.AcquireAsync(Request(1, Urgency.SafeToFail), Stop);
        Assert.Equal(Outcome.UrgencyNotAllowed, (Outcome)answer.Outcome);
        Assert.Equal((byte)Urgency.Optional, (await cache.GetAsync(Stop))!.Policy.MaxUrgency);
    }

    [Fact]
    public async Task Quota_WouldBeExceeded_IsRefusedWithTheNumbers()
    {
        string host = Unique();
        await cluster.Host(host).ConfigureContainerAsync(
            "orders", new ContainerSettings { MustSucceedQuotaBytes = 10 * Mebibyte }, Stop);
        await Take(host, "orders", 8 * Mebibyte, Urgency.MustSucceed);
        LeaseAnswer answer = await cluster.Subsystem(host, "orders", "journal").AcquireAsync(
            Request(3 * Mebibyte, Urgency.MustSucceed), Stop);

        Assert.Equal(Outcome.QuotaExceeded, (Outcome)answer.Outcome);
        Assert.Equal(2 * Mebibyte, answer.AvailableBytes);
    }

    [Fact]
    public async Task Container_ActivationEnds_KeepsItsAllotmentAndLearns()
    {
        string host = Unique();
        LeaseAnswer lease = await Take(host, "orders", 100 * Mebibyte, Urgency.SafeToFail);
        ContainerView before = await cluster.Container(host, "orders").GetAsync(Stop);
        await cluster.Container(host, "orders").AsReference<IGrainManagementExtension>().DeactivateOnIdle(Stop);
        await Until.TrueAsync(
            async () => (await cluster.Container(host, "orders").GetAsync(Stop)).Epoch > before.Epoch,
            TimeSpan.FromSeconds(5),
            async () => (await cluster.Container(host, "orders").GetAsync(Stop)).ToString());

        ContainerView after = await cluster.Container(host, "orders").GetAsync(Stop);
        Assert.True(after.Learning);
        Assert.Equal(before.AllottedBytes, after.AllottedBytes);
        Assert.Equal(before.AllottedBytes, after.UnreportedBytes);

        LeaseAnswer renewed = await cluster.Container(host, "orders").RenewLeaseAsync(
            Claim(lease, "journal", Urgency.SafeToFail), Stop);
        Assert.Equal(Outcome.Granted, (Outcome)renewed.Outcome);
        Assert.Equal(lease.LeaseId, renewed.LeaseId);
        Assert.Equal(
            100 * Mebibyte, (await cluster.Container(host, "orders").GetAsync(Stop))
                .LeasedBytes[(int)Urgency.SafeToFail]);
    }

    [Fact]
    public async Task Session_DrawsCreditAndGivesItBack()
    {
        string host = Unique();
        IContainerBudgetGrain budget = cluster.Container(host, "orders");
        Guid session = Guid.NewGuid();
        SessionTerms terms = await budget.OpenAsync(new OpenSession { Session = session, Holdings = [] }, Stop);
        Assert.Equal(Outcome.Granted, (Outcome)terms.Outcome);

        ExchangeAnswer drawn = await budget.ExchangeAsync(
            new Exchange
            {
                Session = session,
                Epoch = terms.Epoch,
                Seen = 0,
                Holdings = [],
                Wants = [new Want { Subsystem = "cache", TotalBytes = 4 * Mebibyte, Urgency = (byte)Urgency.Optional }],
            },
            Stop);
        Entitlement share = Assert.Single(drawn.Entitlements);
        Assert.Equal(4 * Mebibyte, share.TotalBytes);
        Assert.Equal(4 * Mebibyte, (await budget.GetAsync(Stop)).CreditBytes);

        await budget.CloseAsync(session, Stop);
        await Until.TrueAsync(
            async () => (await cluster.Host(host).GetAsync(Stop)).AllottedBytes == 0,
            TimeSpan.FromSeconds(10),
            async () => (await cluster.Host(host).GetAsync(Stop)).ToString());
        Assert.Empty((await cluster.Host(host).AuditAsync(Stop)).Violations);
    }

    [Fact]
    public async Task TryAcquire_GrantsWhatIsThereAndLeavesTheRestToTheCarefulPath()
    {
        string host = Unique();
        IContainerBudgetGrain budget = cluster.Container(host, "orders");
        Guid session = Guid.NewGuid();
        SessionTerms terms = await budget.OpenAsync(new OpenSession { Session = session, Holdings = [] }, Stop);
        AttemptRow small = Attempt("cache", 1000, Urgency.SafeToFail);
        AttemptRow large = Attempt("journal", BudgetCluster.Capacity * 2, Urgency.MustSucceed);
        TryAcquire message = new()
        {
            Session = session,
            Epoch = terms.Epoch,
            Settled = 0,
            First = 1,
            Requests = [small, large],
        };

        // Nothing was allotted yet: asking carefully is what brings it.
        TryAcquireAnswer early = await budget.TryAcquireAsync(message with { Requests = [small] }, Stop);
        Assert.Equal((0, Outcome.Waiting), (early.Leases[0], (Outcome)early.Others![0].Outcome));
        LeaseAnswer careful = await cluster.Subsystem(host, "orders", "cache").AcquireAsync(
            Request(5000, Urgency.SafeToFail) with { Session = session, Epoch = terms.Epoch }, Stop);
        Assert.Equal(Outcome.Granted, (Outcome)careful.Outcome);

        TryAcquireAnswer answer = await budget.TryAcquireAsync(message, Stop);

        Assert.NotEqual(0, answer.Leases[0]);
        Assert.Equal(0, answer.Leases[1]);
        Assert.Equal(Outcome.Invalid, (Outcome)Assert.Single(answer.Others!).Outcome);
        Assert.Equal(6000, (await budget.GetAsync(Stop)).LeasedBytes[(int)Urgency.SafeToFail]);
        TryAcquireAnswer again = await budget.TryAcquireAsync(message with { Requests = [small] }, Stop);
        Assert.Equal((answer.Leases[0], terms.Epoch), (Assert.Single(again.Leases), again.Epoch));
        Assert.Null(again.Others);
        await budget.CloseAsync(session, Stop);
    }

    [Fact]
    public async Task Settings_OutOfRange_NameTheFieldAndChangeNothing()
    {
        string host = Unique();
        ConfigureAnswer answer = await cluster.Host(host).ConfigureAsync(
            new HostSettings { ReserveBytes = BudgetCluster.Capacity + 1 }, Stop);

        Assert.Equal("reserveBytes", answer.Field);
        Assert.Equal(BudgetCluster.Reserve, (await cluster.Host(host).GetAsync(Stop)).ReserveBytes);
    }

    private static string Unique() => $"host-{Guid.NewGuid():N}";

    private static LeaseRequest Request(long bytes, Urgency urgency) =>
        new() { RequestId = Guid.NewGuid(), Bytes = bytes, Urgency = (byte)urgency, Reason = "test" };

    private static AttemptRow Attempt(string subsystem, long bytes, Urgency urgency) => new()
    {
        RequestId = Guid.NewGuid(),
        Subsystem = subsystem,
        Bytes = bytes,
        Urgency = (byte)urgency,
        Reason = urgency == Urgency.MustSucceed ? "test" : null,
    };

    private static LeaseClaim Claim(LeaseAnswer lease, string subsystem, Urgency urgency) => new()
    {
        LeaseId = lease.LeaseId,
        Epoch = lease.Epoch,
        Subsystem = subsystem,
        Bytes = lease.Bytes,
        Urgency = (byte)urgency,
        Ttl = lease.Ttl,
    };

    private async Task<LeaseAnswer> Take(string host, string container, long bytes, Urgency urgency)
    {
        LeaseAnswer answer = await cluster.Subsystem(host, container, "journal").AcquireAsync(
            Request(bytes, urgency) with { Ttl = TimeSpan.FromSeconds(30) }, Stop);
        Assert.Equal(Outcome.Granted, (Outcome)answer.Outcome);
        return answer;
    }
}
