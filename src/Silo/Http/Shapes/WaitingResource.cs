namespace Headroom.Silo.Http.Shapes;

/// <summary>
/// A must-succeed request that still waits. It keeps its place as long as the same request keeps coming.
/// </summary>
internal sealed record WaitingResource
{
    /// <summary>The caller's request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Its urgency.</summary>
    public required string Urgency { get; init; }

    /// <summary>Bytes asked for.</summary>
    public required long Bytes { get; init; }

    /// <summary>Always true.</summary>
    public required bool Waiting { get; init; }

    /// <summary>The subsystem's state: waiting when it has waited longer than its policy's patience.</summary>
    public required string State { get; init; }

    /// <summary>The rungs tried up to now, in order.</summary>
    public required IReadOnlyList<RungResource> Rungs { get; init; }

    /// <summary>Who holds most in the container, the largest first.</summary>
    public required IReadOnlyList<HolderResource> Holders { get; init; }

    /// <summary>What is in the way.</summary>
    public string? Detail { get; init; }

    /// <summary>When to send the same request again; its place is kept for 15 s without it.</summary>
    public required long RetryAfterSeconds { get; init; }
}
