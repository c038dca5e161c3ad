namespace Headroom.Contracts;

/// <summary>One attempt of a subsystem's pipeline at a request.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LeaseAttempt")]
public sealed record LeaseAttempt
{
    /// <summary>The subsystem's name.</summary>
    [Id(0)] public required string Subsystem { get; init; }

    /// <summary>The request.</summary>
    [Id(1)] public required LeaseRequest Request { get; init; }

    /// <summary>How long this attempt may wait in the queue; zero for an answer at once.</summary>
    [Id(2)] public required TimeSpan Patience { get; init; }

    /// <summary>
    /// True when the caller will not ask again: what still waits after this attempt is refused and leaves the queue.
    /// </summary>
    [Id(3)] public required bool Last { get; init; }

    /// <summary>Whether lenders on other hosts were asked for it in vain.</summary>
    [Id(4)] public bool LoanTried { get; init; }
}
