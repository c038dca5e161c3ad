namespace Headroom.Contracts;

/// <summary>The answer to a change of settings.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ConfigureAnswer")]
public sealed record ConfigureAnswer
{
    /// <summary>The setting that was refused, in camelCase as in the API; null when the change was made.</summary>
    [Id(0)] public string? Field { get; init; }

    /// <summary>Why, with the allowed range; null when the change was made.</summary>
    [Id(1)] public string? Error { get; init; }
}
