using Headroom.Samples.Demo.Board;

namespace Headroom.Samples.Demo.Limits;

/// <summary>A real limit for store and neighbour, and what is seen of its use. Gone when it is disposed.</summary>
internal interface IMemoryLimit : IDisposable
{
    /// <summary>What it is.</summary>
    LimitKind Kind { get; }

    /// <summary>The same in words.</summary>
    string Name { get; }

    /// <summary>What is measured as use of it, in words.</summary>
    string Measured { get; }

    /// <summary>The path of the cgroup, as the silo is told it; null without one.</summary>
    string? CgroupPath { get; }

    /// <summary>The folder of the cgroup, for a neighbour that looks; null without one.</summary>
    string? Folder { get; }

    /// <summary>What of the limit is not for leases, since nobody can see from outside who uses it.</summary>
    long UnleasedBytes { get; }

    /// <summary>How store and neighbour come under it.</summary>
    Confinement Work { get; }

    /// <summary>How the silo is started beside it.</summary>
    Confinement Silo { get; }

    /// <summary>What the silo is told of its host.</summary>
    IReadOnlyList<string> SiloArguments { get; }

    /// <summary>How often the kernel killed a process because of it.</summary>
    long Kills { get; }

    /// <summary>The most that was ever charged to it, page cache included; null where that is not known.</summary>
    long? PeakBytes { get; }

    /// <summary>Microseconds in which some process waited for memory; null where that is not known.</summary>
    long? StalledMicroseconds { get; }

    /// <summary>Looks.</summary>
    GroupUsage Read(Scoreboard store);
}
