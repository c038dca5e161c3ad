namespace Headroom.Silo.Http.Shapes;

/// <summary>A container as it stands. Amounts are bytes.</summary>
internal sealed record ContainerResource
{
    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>The container's name.</summary>
    public required string Container { get; init; }

    /// <summary>What ordinary urgencies may reach, as declared.</summary>
    public required long LimitBytes { get; init; }

    /// <summary>Bytes that no other container may take.</summary>
    public required long GuaranteeBytes { get; init; }

    /// <summary>Must-succeed bytes that may be outstanding at once; absent when there is no quota.</summary>
    public required long? MustSucceedQuotaBytes { get; init; }

    /// <summary>Its memory cgroup below the hierarchy's root; empty for none.</summary>
    public required string Cgroup { get; init; }

    /// <summary>
    /// The limit in force: the declared one, or the observed hard limit less its margin when that is less.
    /// </summary>
    public required long EffectiveLimitBytes { get; init; }

    /// <summary>Bytes that the host has given to it.</summary>
    public required long AllottedBytes { get; init; }

    /// <summary>Bytes that the host has given beyond that, for must-succeed alone.</summary>
    public required long OverdraftBytes { get; init; }

    /// <summary>Bytes on other hosts that its leases stand for.</summary>
    public required long LoanBytes { get; init; }

    /// <summary>Bytes drawn by sessions and not leased.</summary>
    public required long CreditBytes { get; init; }

    /// <summary>Bytes drawn by sessions and kept for must-succeed alone.</summary>
    public required long EmergencyBytes { get; init; }

    /// <summary>Bytes in use under leases.</summary>
    public required BytesByUrgency LeasedBytes { get; init; }

    /// <summary>Must-succeed bytes outstanding, to hold against the quota.</summary>
    public required long MustSucceedBytes { get; init; }

    /// <summary>Bytes of lapsed sessions and leases, not yet seen gone.</summary>
    public required long GhostBytes { get; init; }

    /// <summary>Bytes really in use that no lease stands for.</summary>
    public required long UntrackedBytes { get; init; }

    /// <summary>Bytes of the durable allotment that nobody has reported since a restart; 0 when not learning.</summary>
    public required long UnreportedBytes { get; init; }

    /// <summary>Observed working set; absent when it cannot be read.</summary>
    public long? UsageBytes { get; init; }

    /// <summary>The cgroup's hard limit; absent when it has none.</summary>
    public long? HardLimitBytes { get; init; }

    /// <summary>
    /// The hard limit that it should have: its owner's, or one raised for must-succeed. Absent where it may not be
    /// raised.
    /// </summary>
    public long? WantedHardLimitBytes { get; init; }

    /// <summary>The hard limit that its owner gave it; absent where nobody says.</summary>
    public long? OwnLimitBytes { get; init; }

    /// <summary>How far its owner lets it be raised for must-succeed; absent for not at all.</summary>
    public long? ResizeMaxBytes { get; init; }

    /// <summary>Bytes asked back from its clients and not yet given back.</summary>
    public required long ReclaimingBytes { get; init; }

    /// <summary>Live sessions.</summary>
    public required int Sessions { get; init; }

    /// <summary>Of them, those that did not give back in time what was asked.</summary>
    public required int OverdueSessions { get; init; }

    /// <summary>Of the managed heaps of its clients: objects, dead ones that are not yet collected included.</summary>
    public required long HeapBytes { get; init; }

    /// <summary>What those heaps have committed.</summary>
    public required long HeapCommittedBytes { get; init; }

    /// <summary>What its clients' processes have resident.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>What of that their garbage collectors may give back when they are asked.</summary>
    public required long CollectableBytes { get; init; }

    /// <summary>Leases granted one by one.</summary>
    public required int Leases { get; init; }

    /// <summary>Requests that wait.</summary>
    public required CountByUrgency Waiting { get; init; }

    /// <summary>The authority's epoch; a new one with each restart.</summary>
    public required long Epoch { get; init; }

    /// <summary>True while it learns from its clients after a restart.</summary>
    public required bool Learning { get; init; }

    /// <summary>Its subsystems, declared or used, sorted by name.</summary>
    public required IReadOnlyList<HoldingResource> Subsystems { get; init; }
}
