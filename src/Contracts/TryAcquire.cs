namespace Headroom.Contracts;

/// <summary>
/// First attempts at leases of one session, several in one message. None of them waits: what is not granted at once
/// goes on with <see cref="ISubsystemGrain.AcquireAsync"/> under the same id.
/// </summary>
[GenerateSerializer, Immutable, Alias("headroom.TryAcquire")]
public sealed record TryAcquire
{
    /// <summary>The session that will hold the leases.</summary>
    [Id(0)] public required Guid Session { get; init; }

    /// <summary>The authority's epoch as the client knows it.</summary>
    [Id(1)] public required long Epoch { get; init; }

    /// <summary>
    /// First attempts of this session up to this number are over: no copy of them may be granted any more.
    /// </summary>
    [Id(2)] public required long Settled { get; init; }

    /// <summary>The number of the first request; the others are numbered on from it.</summary>
    [Id(3)] public required long First { get; init; }

    /// <summary>The requests; 1 to 1024.</summary>
    [Id(4)] public required AttemptRow[] Requests { get; init; }
}
