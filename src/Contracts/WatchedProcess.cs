namespace Headroom.Contracts;

/// <summary>A client process as the witness of what its session still holds.</summary>
[GenerateSerializer, Immutable, Alias("headroom.WatchedProcess")]
public sealed record WatchedProcess
{
    /// <summary>Its session.</summary>
    [Id(0)] public required Guid Session { get; init; }

    /// <summary>Process id.</summary>
    [Id(1)] public required int ProcessId { get; init; }

    /// <summary>Start in clock ticks since boot: tells a process from a later one with the same id.</summary>
    [Id(2)] public required long ProcessStart { get; init; }

    /// <summary>Inode of the PID namespace that the id belongs to.</summary>
    [Id(3)] public required long PidNamespace { get; init; }

    /// <summary>Boot id of the machine that the process runs on.</summary>
    [Id(4)] public required string BootId { get; init; }

    /// <summary>
    /// In an observation: bytes resident, 0 when ended, null when the process cannot be seen from here.
    /// </summary>
    [Id(5)] public long? ResidentBytes { get; init; }
}
