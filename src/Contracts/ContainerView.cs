namespace Headroom.Contracts;

/// <summary>A container as it stands.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ContainerView")]
public sealed record ContainerView
{
    /// <summary>The container's name.</summary>
    [Id(0)] public required string Container { get; init; }

    /// <summary>Its settings.</summary>
    [Id(1)] public required ContainerSettings Settings { get; init; }

    /// <summary>Bytes the host has given to it.</summary>
    [Id(2)] public required long AllottedBytes { get; init; }

    /// <summary>Bytes drawn by sessions and not leased.</summary>
    [Id(3)] public required long CreditBytes { get; init; }

    /// <summary>Bytes leased at each urgency, 0 to 3.</summary>
    [Id(4)] public required long[] LeasedBytes { get; init; }

    /// <summary>Bytes of lapsed sessions and leases, not yet seen gone.</summary>
    [Id(5)] public required long GhostBytes { get; init; }

    /// <summary>Bytes really in use that no lease stands for.</summary>
    [Id(6)] public required long UntrackedBytes { get; init; }

    /// <summary>Bytes of the durable allotment that nobody has reported yet; 0 when not learning.</summary>
    [Id(7)] public required long UnreportedBytes { get; init; }

    /// <summary>Observed working set; null when it cannot be read.</summary>
    [Id(8)] public long? UsageBytes { get; init; }

    /// <summary>The cgroup's hard limit; null when it has none.</summary>
    [Id(9)] public long? HardLimitBytes { get; init; }

    /// <summary>Live sessions.</summary>
    [Id(10)] public required int Sessions { get; init; }

    /// <summary>Leases granted one by one.</summary>
    [Id(11)] public required int Leases { get; init; }

    /// <summary>Requests waiting at each urgency, 0 to 3.</summary>
    [Id(12)] public required int[] Waiting { get; init; }

    /// <summary>The authority's epoch.</summary>
    [Id(13)] public required long Epoch { get; init; }

    /// <summary>True while it learns from its clients after a restart.</summary>
    [Id(14)] public required bool Learning { get; init; }

    /// <summary>Must-succeed bytes outstanding, to hold against the quota.</summary>
    [Id(15)] public required long MustSucceedBytes { get; init; }

    /// <summary>Names of its subsystems, declared or used, sorted.</summary>
    [Id(16)] public required string[] Subsystems { get; init; }

    /// <summary>What the subsystems hold, a row for each in the order of <see cref="Subsystems"/>.</summary>
    [Id(17)] public required Holding[] Holdings { get; init; }

    /// <summary>Bytes given beyond the allotment, for must-succeed alone.</summary>
    [Id(18)] public long OverdraftBytes { get; init; }

    /// <summary>Drawn bytes that sessions keep for must-succeed alone.</summary>
    [Id(19)] public long EmergencyBytes { get; init; }

    /// <summary>Bytes on other hosts that its leases stand for.</summary>
    [Id(20)] public long LoanBytes { get; init; }

    /// <summary>Bytes asked back and not yet given back.</summary>
    [Id(21)] public long ReclaimingBytes { get; init; }

    /// <summary>Sessions that did not give back in time what was asked.</summary>
    [Id(22)] public int OverdueSessions { get; init; }

    /// <summary>What its clients' processes really occupy together, as they last said.</summary>
    [Id(23)] public ProcessHeap Heap { get; init; }

    /// <summary>The number of the last order of its host that it acted on.</summary>
    [Id(24)] public long Order { get; init; }

    /// <summary>What counts as in use of allotment and overdraft, ghosts and what is yet to be learned included.
    /// </summary>
    [Id(25)] public long CommittedBytes { get; init; }

    /// <summary>
    /// The hard limit that it should have, its owner's or one raised for must-succeed; null where it may not be raised.
    /// </summary>
    [Id(26)] public long? WantedHardLimitBytes { get; init; }
}
