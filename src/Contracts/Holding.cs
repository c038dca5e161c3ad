namespace Headroom.Contracts;

/// <summary>What a session holds for one subsystem, drawn by exchange. Bytes, never negative.</summary>
[GenerateSerializer, Immutable, Alias("headroom.Holding")]
public readonly record struct Holding
{
    /// <summary>The subsystem's name.</summary>
    [Id(0)] public required string Subsystem { get; init; }

    /// <summary>Drawn and not leased.</summary>
    [Id(1)] public long CreditBytes { get; init; }

    /// <summary>Leased as Optional.</summary>
    [Id(2)] public long OptionalBytes { get; init; }

    /// <summary>Leased as SafeToFail.</summary>
    [Id(3)] public long SafeToFailBytes { get; init; }

    /// <summary>Leased as RiskyToFail.</summary>
    [Id(4)] public long RiskyToFailBytes { get; init; }

    /// <summary>Leased as MustSucceed.</summary>
    [Id(5)] public long MustSucceedBytes { get; init; }

    /// <summary>Drawn, not leased and kept for MustSucceed alone; not part of <see cref="CreditBytes"/>.</summary>
    [Id(6)] public long EmergencyBytes { get; init; }
}
