namespace Headroom.Contracts;

/// <summary>A session's renewal, and its trade in credit for all subsystems in one message.</summary>
[Immutable]
public sealed record Exchange
{
    /// <summary>The session.</summary>
    public required Guid Session { get; init; }

    /// <summary>The authority's epoch as the client knows it.</summary>
    public required long Epoch { get; init; }

    /// <summary>The number of the last order that the client has acted on.</summary>
    public required long Seen { get; init; }

    /// <summary>
    /// All that the session holds by exchange, a row for each subsystem. A subsystem without a row holds nothing.
    /// </summary>
    public required Holding[] Holdings { get; init; }

    /// <summary>What it would like to hold. A subsystem without a row wants what it has.</summary>
    public Want[] Wants { get; init; } = [];

    /// <summary>Ids of leases granted one by one that were given back.</summary>
    public long[] Released { get; init; } = [];

    /// <summary>Ids of requests that were given up.</summary>
    public Guid[] Cancelled { get; init; } = [];

    /// <summary>Must-succeed use by subsystem and reason, as totals of the session; at most 64 rows.</summary>
    public MustSucceedUse[] MustSucceed { get; init; } = [];

    /// <summary>First attempts up to this number are over; 0 for none. See <see cref="TryAcquire"/>.</summary>
    public long Settled { get; init; }

    /// <summary>What its process really occupies; null when it does not say.</summary>
    public ProcessHeap? Heap { get; init; }
}
