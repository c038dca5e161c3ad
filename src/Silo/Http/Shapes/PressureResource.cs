namespace Headroom.Silo.Http.Shapes;

/// <summary>Memory that is held on purpose.</summary>
internal sealed record PressureResource
{
    /// <summary>The host whose silo holds it.</summary>
    public required string Host { get; init; }

    /// <summary>How much was taken by this request.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it is given back.</summary>
    public required DateTimeOffset EndsAt { get; init; }
}
