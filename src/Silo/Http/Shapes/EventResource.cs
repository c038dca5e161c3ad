namespace Headroom.Silo.Http.Shapes;

/// <summary>Something that happened. What does not apply is absent.</summary>
internal sealed record EventResource
{
    /// <summary>
    /// Its number: grows with each event, also over restarts; not by 1. Sent as the event's id as well.
    /// </summary>
    public required long Number { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened; sent as the event's name as well.</summary>
    public required string Type { get; init; }

    /// <summary>The host's name.</summary>
    public string? Host { get; init; }

    /// <summary>The container's name.</summary>
    public string? Container { get; init; }

    /// <summary>The subsystem's name.</summary>
    public string? Subsystem { get; init; }

    /// <summary>The urgency.</summary>
    public string? Urgency { get; init; }

    /// <summary>Bytes it was about.</summary>
    public long? Bytes { get; init; }

    /// <summary>The rung of the ladder.</summary>
    public string? Rung { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Detail { get; init; }
}
