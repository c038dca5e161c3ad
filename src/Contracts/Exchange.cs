namespace Headroom.Contracts;

/// <summary>A session's renewal, and its trade in credit for all subsystems in one message.</summary>
[GenerateSerializer, Immutable, Alias("headroom.Exchange")]
public sealed record Exchange
{
    /// <summary>The session.</summary>
    [Id(0)] public required Guid Session { get; init; }

    /// <summary>The authority's epoch as the client knows it.</summary>
    [Id(1)] public required long Epoch { get; init; }

    /// <summary>The number of the last order that the client has acted on.</summary>
    [Id(2)] public required long Seen { get; init; }

    /// <summary>
    /// All that the session holds by exchange, a row for each subsystem. A subsystem without a row holds nothing.
    /// </summary>
    [Id(3)] public required Holding[] Holdings { get; init; }

    /// <summary>What it would like to hold. A subsystem without a row wants what it has.</summary>
    [Id(4)] public Want[] Wants { get; init; } = [];

    /// <summary>Ids of leases granted one by one that were given back.</summary>
    [Id(5)] public long[] Released { get; init; } = [];

    /// <summary>Ids of requests that were given up.</summary>
    [Id(6)] public Guid[] Cancelled { get; init; } = [];

    /// <summary>Must-succeed use by subsystem and reason, as totals of the session; at most 64 rows.</summary>
    [Id(7)] public MustSucceedUse[] MustSucceed { get; init; } = [];

    /// <summary>What its process really occupies; null when it does not say.</summary>
    [Id(8)] public ProcessHeap? Heap { get; init; }
}
