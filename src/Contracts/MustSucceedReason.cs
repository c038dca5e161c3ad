namespace Headroom.Contracts;

/// <summary>What one subsystem used must-succeed for.</summary>
[GenerateSerializer, Immutable, Alias("headroom.MustSucceedReason")]
public sealed record MustSucceedReason
{
    /// <summary>The subsystem's name.</summary>
    [Id(0)] public required string Subsystem { get; init; }

    /// <summary>The named reason; empty when none was given.</summary>
    [Id(1)] public required string Reason { get; init; }

    /// <summary>Requests granted since this authority began, on whatever rung.</summary>
    [Id(2)] public required long Granted { get; init; }

    /// <summary>Requests that wait now.</summary>
    [Id(3)] public required int Waiting { get; init; }

    /// <summary>Bytes leased now, loans included.</summary>
    [Id(4)] public required long OutstandingBytes { get; init; }
}
