using System.Globalization;
using Headroom.Samples.Demo.Board;

namespace Headroom.Samples.Demo.Limits;

/// <summary>
/// The hard limit of the .NET heap, where no cgroup can be made. It holds for a process alone, so store and neighbour
/// are in one; and for managed memory alone, so all their buffers are arrays.
/// </summary>
/// <param name="limitBytes">The limit.</param>
/// <param name="nodeBytes">What the silo is told that its host has.</param>
internal sealed class HeapLimit(long limitBytes, long nodeBytes) : IMemoryLimit
{
    private const long Mebibyte = 1 << 20;

    // What a program has beside its buffers (its own objects, the SDK's, arrays that are dead and not collected yet,
    // gaps between those that are not). No silo sees that, for there is no cgroup to read: it is kept out by hand.
    private const long BesideBuffersBytes = 64 * Mebibyte;

    // By default as large as a cache of the processor, which may be a good part of the limit: dead buffers would fill
    // that before the collector looks.
    private const long YoungBytes = 4 * Mebibyte;

    // Larger than any buffer: large objects have a part of the heap of their own, with gaps that are nobody else's.
    private const long LargeBytes = 2 * Mebibyte;

    /// <inheritdoc/>
    public LimitKind Kind => LimitKind.Heap;

    /// <inheritdoc/>
    public string Name => ".NET heap hard limit of one process with both";

    /// <inheritdoc/>
    public string Measured
        => "what the GC of the process of store and neighbour has committed; no native memory, no page cache, no PSI";

    /// <inheritdoc/>
    public string? CgroupPath => null;

    /// <inheritdoc/>
    public string? Folder => null;

    /// <inheritdoc/>
    public long UnleasedBytes => BesideBuffersBytes;

    /// <inheritdoc/>
    public Confinement Work { get; } = new("true", new Dictionary<string, string>
    {
        ["DOTNET_GCHeapHardLimit"] = limitBytes.ToString("X", CultureInfo.InvariantCulture),
        ["DOTNET_GCgen0size"] = YoungBytes.ToString("X", CultureInfo.InvariantCulture),
        ["DOTNET_GCLOHThreshold"] = LargeBytes.ToString("X", CultureInfo.InvariantCulture),
    });

    /// <inheritdoc/>
    public Confinement Silo => Confinement.None;

    /// <inheritdoc/>
    public IReadOnlyList<string> SiloArguments { get; } = [$"--Headroom:Host:CapacityBytes={nodeBytes}"];

    /// <inheritdoc/>
    public long Kills => 0;

    /// <inheritdoc/>
    public long? PeakBytes => null;

    /// <inheritdoc/>
    public long? StalledMicroseconds => null;

    /// <inheritdoc/>
    public GroupUsage Read(Scoreboard store)
    {
        long committed = store[Slot.Committed];
        return new GroupUsage(committed, committed, committed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
