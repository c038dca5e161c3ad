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

    /// <summary>When to send the same request again; its place is kept for 15 s without it.</summary>
    public required long RetryAfterSeconds { get; init; }
}
