namespace Headroom.Grains.Events;

/// <summary>Something that happened to a budget. A value, so that telling costs no allocation.</summary>
public readonly record struct HeadroomEvent
{
    /// <summary>Its number, given by the hub: grows with each event, also over restarts.</summary>
    public long Number { get; init; }

    /// <summary>When it happened, given by the hub.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public required EventType Type { get; init; }

    /// <summary>The host's name; null when it is about none.</summary>
    public string? Host { get; init; }

    /// <summary>The container's name; null when it is about none.</summary>
    public string? Container { get; init; }

    /// <summary>The subsystem's name; null when it is about none.</summary>
    public string? Subsystem { get; init; }

    /// <summary>The urgency; null when it is about none.</summary>
    public Urgency? Urgency { get; init; }

    /// <summary>Bytes it is about; null for none.</summary>
    public long? Bytes { get; init; }

    /// <summary>The rung of the ladder; <see cref="Headroom.Rung.None"/> for none.</summary>
    public Rung Rung { get; init; }

    /// <summary>A sentence for people; null for none.</summary>
    public string? Detail { get; init; }
}
