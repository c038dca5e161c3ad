namespace Headroom;

/// <summary>A container gives back allotment and asks for more.</summary>
public sealed record AllotCommand
{
    /// <summary>The container's name.</summary>
    public required string Container { get; init; }

    /// <summary>The container's epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>The number of the last order that the container acted on.</summary>
    public required long Seen { get; init; }

    /// <summary>What it keeps of its allotment; the rest is given back.</summary>
    public required long KeepBytes { get; init; }

    /// <summary>Bytes wanted beyond that, for each urgency.</summary>
    public ByUrgency WantBytes { get; init; }

    /// <summary>The least that would be of use, for each urgency: what its first waiter lacks.</summary>
    public ByUrgency LeastBytes { get; init; }

    /// <summary>Bytes wanted ahead of need; given only from what even Optional may take.</summary>
    public long AheadBytes { get; init; }

    /// <summary>The longest life of any lease that the container has granted or wants to grant.</summary>
    public required TimeSpan LongestTtl { get; init; }

    /// <summary>Bytes leased now, for the host's estimate of what is untracked.</summary>
    public long LeasedBytes { get; init; }

    /// <summary>What it keeps of its overdraft; the rest is repaid.</summary>
    public long KeepOverdraftBytes { get; init; }

    /// <summary>Bytes wanted as overdraft, beyond what the ordinary wants bring.</summary>
    public long OverdraftBytes { get; init; }

    /// <summary>The least of them that would be of use.</summary>
    public long LeastOverdraftBytes { get; init; }

    /// <summary>
    /// Of the wants of RiskyToFail and MustSucceed, what other containers should be asked for: beyond what it takes
    /// back itself.
    /// </summary>
    public ByUrgency ReclaimBytes { get; init; }

    /// <summary>What it could give up at each urgency, if asked: idle bytes count as Optional.</summary>
    public ByUrgency ReclaimableBytes { get; init; }
}
