namespace Headroom.Contracts;

/// <summary>The answer to a <see cref="TryAcquire"/>.</summary>
[GenerateSerializer, Immutable, Alias("headroom.TryAcquireAnswer")]
public sealed record TryAcquireAnswer
{
    /// <summary>The epoch of the authority that answered.</summary>
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>The lease of each request, in their order; 0 for one that was not granted.</summary>
    [Id(1)] public required long[] Leases { get; init; }

    /// <summary>
    /// Of those that were not granted, in their order: why not, or Waiting for one that is to be asked for carefully.
    /// Null when all were granted.
    /// </summary>
    [Id(2)] public LeaseAnswer[]? Others { get; init; }
}
