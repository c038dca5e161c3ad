namespace Headroom.Silo.Hosting;

/// <summary>What the .NET runtime found at its start: the machine's memory, or the limit of the cgroup it runs in.</summary>
internal sealed class RuntimeCapacity : IHostCapacity
{
    /// <inheritdoc/>
    public long Find()
    {
        // The heap's hard limit defaults to 75 % of a container's limit, and is what the collector reports as available.
        // That it is the heap's share and not the machine's errs on the safe side.
        return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }
}
