namespace Headroom.Contracts;

/// <summary>
/// What a session used must-succeed for. Totals since the session opened, so repeating it changes nothing.
/// </summary>
[GenerateSerializer, Immutable, Alias("headroom.MustSucceedUse")]
public readonly record struct MustSucceedUse
{
    /// <summary>The subsystem's name.</summary>
    [Id(0)] public required string Subsystem { get; init; }

    /// <summary>The named reason; 1 to 64 characters.</summary>
    [Id(1)] public required string Reason { get; init; }

    /// <summary>Requests granted from credit since the session opened.</summary>
    [Id(2)] public required long Requests { get; init; }

    /// <summary>Bytes of it leased now.</summary>
    [Id(3)] public required long OutstandingBytes { get; init; }
}
