namespace Headroom.Contracts;

/// <summary>A client process opens a session with a container's budget, reporting what it already holds.</summary>
[GenerateSerializer, Immutable, Alias("headroom.OpenSession")]
public sealed record OpenSession
{
    /// <summary>Chosen by the client, so that a repeated open is recognised. Never reused.</summary>
    [Id(0)] public required Guid Session { get; init; }

    /// <summary>The client's earlier session that this one replaces; empty for none.</summary>
    [Id(1)] public Guid Replaces { get; init; }

    /// <summary>What the client holds at this moment, a row for each subsystem.</summary>
    [Id(2)] public required Holding[] Holdings { get; init; }

    /// <summary>The client's process id as the client sees it; 0 when unknown.</summary>
    [Id(3)] public int ProcessId { get; init; }

    /// <summary>
    /// When the process started, in clock ticks since boot (field 22 of /proc/pid/stat); 0 when unknown.
    /// </summary>
    [Id(4)] public long ProcessStart { get; init; }

    /// <summary>
    /// Inode of the client's PID namespace: a process id means something only inside it; 0 when unknown.
    /// </summary>
    [Id(5)] public long PidNamespace { get; init; }

    /// <summary>Boot id of the client's machine (/proc/sys/kernel/random/boot_id); empty when unknown.</summary>
    [Id(6)] public string BootId { get; init; } = "";

    /// <summary>Where to tell the client that an exchange is wanted at once; null when it cannot be told.</summary>
    [Id(7)] public ISessionObserver? Observer { get; init; }
}
