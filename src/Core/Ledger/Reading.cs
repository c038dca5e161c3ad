namespace Headroom;

/// <summary>What a container really uses, from a reading of its machine.</summary>
public sealed record Reading
{
    /// <summary>The watch list that it answers: the reading began after that list was given out.</summary>
    public required long WatchNumber { get; init; }

    /// <summary>Working set of the container's cgroup; null when there is none to read.</summary>
    public long? UsageBytes { get; init; }

    /// <summary>The cgroup's hard limit; null for none.</summary>
    public long? HardLimitBytes { get; init; }

    /// <summary>
    /// Whether it was made soon after another: it may raise the estimate of what is untracked, and never lowers it, for
    /// what was leased since that one may still be untouched.
    /// </summary>
    public bool Between { get; init; }

    /// <summary>Whether the host's own use was read: the witness for a container without a cgroup.</summary>
    public bool HostRead { get; init; }

    /// <summary>
    /// Resident bytes of sessions' processes; 0 when ended, null when the process cannot be seen from here.
    /// </summary>
    public IReadOnlyList<(Guid Session, long? ResidentBytes)> Processes { get; init; } = [];
}
