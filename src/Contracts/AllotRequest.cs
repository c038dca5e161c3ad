namespace Headroom.Contracts;

/// <summary>A container gives back allotment and asks for more.</summary>
[GenerateSerializer, Immutable, Alias("headroom.AllotRequest")]
public sealed record AllotRequest
{
    /// <summary>The container's name.</summary>
    [Id(0)] public required string Container { get; init; }

    /// <summary>The container's epoch; one of an older epoch is answered with the outcome Fenced.</summary>
    [Id(1)] public required long Epoch { get; init; }

    /// <summary>The number of the last order acted on.</summary>
    [Id(2)] public required long Seen { get; init; }

    /// <summary>What the container keeps of its allotment; the rest is given back.</summary>
    [Id(3)] public required long KeepBytes { get; init; }

    /// <summary>Bytes wanted beyond that, for each urgency, 0 to 3.</summary>
    [Id(4)] public required long[] WantBytes { get; init; }

    /// <summary>The least that would be of use, for each urgency, 0 to 3: what the first waiter lacks.</summary>
    [Id(5)] public required long[] LeastBytes { get; init; }

    /// <summary>Bytes wanted ahead of need; given only from what is plentiful.</summary>
    [Id(6)] public long AheadBytes { get; init; }

    /// <summary>
    /// The longest life without renewal of any lease that the container has granted or wants to grant.
    /// </summary>
    [Id(7)] public required TimeSpan LongestTtl { get; init; }

    /// <summary>Bytes of it leased now; for the host's estimate of what is untracked.</summary>
    [Id(8)] public long LeasedBytes { get; init; }

    /// <summary>What it keeps of its overdraft; the rest is repaid.</summary>
    [Id(9)] public long KeepOverdraftBytes { get; init; }

    /// <summary>Bytes wanted as overdraft, beyond what the ordinary wants bring.</summary>
    [Id(10)] public long OverdraftBytes { get; init; }

    /// <summary>The least of them that would be of use.</summary>
    [Id(11)] public long LeastOverdraftBytes { get; init; }

    /// <summary>
    /// Of the wants, 0 to 3, what other containers should be asked for; null for nothing.
    /// </summary>
    [Id(12)] public long[]? ReclaimBytes { get; init; }

    /// <summary>What it could give up at each urgency, if asked; null for nothing.</summary>
    [Id(13)] public long[]? ReclaimableBytes { get; init; }
}
