namespace Headroom;

/// <summary>First attempts at leases of one session, several in one message; none of them waits.</summary>
public sealed record TryAcquireCommand
{
    /// <summary>The session.</summary>
    public required Guid Session { get; init; }

    /// <summary>The epoch as the client knows it.</summary>
    public required long Epoch { get; init; }

    /// <summary>
    /// First attempts up to this number are over: the client does not send them any more. A copy that comes late is not
    /// granted.
    /// </summary>
    public required long Settled { get; init; }

    /// <summary>The requests, each of this session and with a number of its own.</summary>
    public required IReadOnlyList<LeaseCommand> Requests { get; init; }
}
