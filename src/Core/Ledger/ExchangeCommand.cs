namespace Headroom;

/// <summary>A session's renewal and its trade in credit.</summary>
public sealed record ExchangeCommand
{
    /// <summary>The session.</summary>
    public required Guid Session { get; init; }

    /// <summary>The epoch as the client knows it.</summary>
    public required long Epoch { get; init; }

    /// <summary>The number of the last order that the client acted on.</summary>
    public required long Seen { get; init; }

    /// <summary>All that it holds by exchange; a subsystem without a row holds nothing.</summary>
    public required IReadOnlyList<SubsystemHolding> Holdings { get; init; }

    /// <summary>What it would like to hold; a subsystem without a row wants what it has.</summary>
    public IReadOnlyList<SubsystemWant> Wants { get; init; } = [];

    /// <summary>Leases granted one by one that were given back.</summary>
    public IReadOnlyList<long> Released { get; init; } = [];

    /// <summary>Requests that were given up.</summary>
    public IReadOnlyList<Guid> Cancelled { get; init; } = [];

    /// <summary>First attempts up to this number are over; 0 for none. See <see cref="TryAcquireCommand"/>.</summary>
    public long Settled { get; init; }

    /// <summary>What it used must-succeed for, as totals of the session.</summary>
    public IReadOnlyList<ReasonReport> MustSucceed { get; init; } = [];

    /// <summary>What its process really occupies; null when it does not say.</summary>
    public HeapReading? Heap { get; init; }
}
