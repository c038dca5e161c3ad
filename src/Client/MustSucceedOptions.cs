namespace Headroom;

/// <summary>How a must-succeed request may be met.</summary>
public sealed record MustSucceedOptions
{
    /// <summary>
    /// Whether it may be met by memory of another host, when its own has nothing left: then the lease carries
    /// <see cref="MemoryLease.RemoteMemory"/>, and the bytes must be kept there and not in this process. True by
    /// default; a caller that cannot use such memory says false, and waits.
    /// </summary>
    public bool AllowLoan { get; init; } = true;

    /// <summary>
    /// On how many hosts such memory is kept, 1 or 2; 1 by default. With 2 the loss of one host loses nothing.
    /// </summary>
    public int Replicas { get; init; } = 1;
}
