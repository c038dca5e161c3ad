namespace Headroom.Grains.Events;

/// <summary>Something that happened to a budget on this silo.</summary>
public sealed record HeadroomEvent
{
    /// <summary>Its number: grows by one, and starts again with the silo.</summary>
    public long Number { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>What happened, in camelCase, such as "granted" or "refused"; see <see cref="EventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The host.</summary>
    public required string Host { get; init; }

    /// <summary>The container; null when it concerns the whole host.</summary>
    public string? Container { get; init; }

    /// <summary>The subsystem; null when it concerns the whole container.</summary>
    public string? Subsystem { get; init; }

    /// <summary>The urgency's name; null when there is none.</summary>
    public string? Urgency { get; init; }

    /// <summary>The bytes it is about.</summary>
    public long Bytes { get; init; }

    /// <summary>The rung that granted or refused; null when there is none.</summary>
    public string? Rung { get; init; }

    /// <summary>A sentence; null when the rest says it all.</summary>
    public string? Detail { get; init; }
}
