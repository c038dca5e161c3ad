namespace Headroom.Contracts;

/// <summary>What the lending process tells its host: absolute amounts, each message with the next number.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LentMarkRequest")]
public sealed record LentMarkRequest
{
    /// <summary>The life of the lending process.</summary>
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>1 and up within the epoch.</summary>
    [Id(1)] public required long Number { get; init; }

    /// <summary>
    /// While the epoch is not taken over: the one that it replaces, as the host named it; null before.
    /// </summary>
    [Id(2)] public long? Replaces { get; init; }

    /// <summary>What the mark should be.</summary>
    [Id(3)] public required long Bytes { get; init; }

    /// <summary>What would be of use; less raises nothing.</summary>
    [Id(4)] public required long LeastBytes { get; init; }

    /// <summary>Real bytes that are allocated for loans now.</summary>
    [Id(5)] public required long UsedBytes { get; init; }
}
