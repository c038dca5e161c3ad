namespace Headroom.Core.Tests.Ledger;

/// <summary>Ledgers and commands with everything filled in that a test does not care about.</summary>
internal static class Given
{
    internal const long Capacity = 1000;

    internal static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan AuthorityLease = TimeSpan.FromSeconds(10);

    internal static ContainerRules Rules => new()
    {
        LimitBytes = Capacity,
        MustSucceedQuotaBytes = null,
        HostCapacityBytes = Capacity,
        Floors = FloorPolicy.None,
        SessionTtl = Ttl,
        AuthorityLease = AuthorityLease,
        MaxLeaseTtl = TimeSpan.FromHours(1),
    };

    /// <summary>
    /// A container without a past, whose host has given it something and confirmed it for a long time.
    /// </summary>
    internal static ContainerLedger Container(long allotted, ContainerRules? rules = null)
    {
        var ledger = new ContainerLedger(Row(0), rules ?? Rules, AuthorityLease, TimeSpan.Zero);
        Allot(ledger, allotted);
        return ledger;
    }

    /// <summary>A container after a restart: the whole mark counts as in use.</summary>
    internal static ContainerLedger Learning(long mark, ContainerRules? rules = null)
    {
        var ledger = new ContainerLedger(Row(mark), rules ?? Rules, AuthorityLease, TimeSpan.Zero);
        Allot(ledger, mark);
        return ledger;
    }

    internal static ContainerRow Row(long allotted, long epoch = 7) => new()
    {
        Name = "orders",
        Epoch = epoch,
        Order = 0,
        AllottedBytes = allotted,
        LongestTtl = allotted > 0 ? Ttl : TimeSpan.Zero,
    };

    /// <summary>The host's next order, with nothing more to give.</summary>
    internal static void Allot(
        ContainerLedger ledger, long allotted, bool othersWait = false, TimeSpan now = default) =>
        ledger.Ordered(
            new AllotDecision(
                Outcome.Granted, ledger.Order + 1, allotted, TimeSpan.FromHours(1), default, othersWait),
            0,
            TimeSpan.FromDays(1),
            now);

    internal static HostLedger Host(long capacity = Capacity, long reserve = 0) =>
        new(HostTable.Empty, FloorPolicy.None, new HostDefaults(capacity, reserve, 0, null));

    internal static LeaseCommand Lease(
        int id, long bytes, Urgency urgency = Urgency.SafeToFail, bool mayWait = true, Guid session = default) => new()
        {
            RequestId = Id(id),
            Subsystem = "journal",
            Bytes = bytes,
            Urgency = urgency,
            MayWait = mayWait,
            Patience = TimeSpan.FromSeconds(60),
            Session = session,
        };

    internal static OpenCommand Open(int session, long credit = 0, int replaces = 0, int process = 0) => new(
        Id(session),
        replaces == 0 ? Guid.Empty : Id(replaces),
        credit == 0 ? [] : [new SubsystemHolding("journal", credit, default)],
        process == 0 ? ProcessIdentity.None : new ProcessIdentity(process, process, 1, "boot"));

    internal static ExchangeCommand Exchange(
        ContainerLedger ledger, int session, long seen, long credit, long want = -1) => new()
        {
            Session = Id(session),
            Epoch = ledger.Epoch,
            Seen = seen,
            Holdings = credit == 0 ? [] : [new SubsystemHolding("journal", credit, default)],
            Wants = want < 0 ? [] : [new SubsystemWant("journal", want, Urgency.SafeToFail)],
        };

    internal static AllotCommand Want(
        ContainerRow row, long keep, long bytes, Urgency urgency = Urgency.SafeToFail, long least = 1) => new()
        {
            Container = row.Name,
            Epoch = row.Epoch,
            Seen = row.Order,
            KeepBytes = keep,
            WantBytes = ByUrgency.Of(urgency, bytes),
            LeastBytes = ByUrgency.Of(urgency, least),
            LongestTtl = row.LongestTtl,
        };

    internal static LeaseReport Report(LeaseDecision lease, long epoch, long bytes, TimeSpan? ttl = null) =>
        new(lease.LeaseId, epoch, "journal", bytes, Urgency.SafeToFail, ttl ?? Ttl);

    internal static Reading Reading(
        ContainerLedger ledger, params (Guid Session, long? ResidentBytes)[] processes) => new()
        {
            WatchNumber = ledger.Watch().Number,
            HostRead = true,
            Processes = processes,
        };

    internal static Guid Id(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    internal static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
