namespace Headroom.Contracts;

/// <summary>The answer to <see cref="OpenSession"/>.</summary>
[GenerateSerializer, Immutable, Alias("headroom.SessionTerms")]
public sealed record SessionTerms
{
    /// <summary>The outcome, as Headroom.Outcome's value: opened, or why not.</summary>
    [Id(0)] public required byte Outcome { get; init; }

    /// <summary>The session these terms are for.</summary>
    [Id(1)] public required Guid Session { get; init; }

    /// <summary>The authority's epoch; every message of the session carries it.</summary>
    [Id(2)] public required long Epoch { get; init; }

    /// <summary>How long a session lives without renewal; the client's own clock must end it earlier.</summary>
    [Id(3)] public required TimeSpan Ttl { get; init; }

    /// <summary>
    /// The lowest urgency that may be served from credit at this moment; 4 closes all but emergency credit.
    /// </summary>
    [Id(4)] public byte Gate { get; init; }
}
