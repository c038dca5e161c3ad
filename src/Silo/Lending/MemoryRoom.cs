using Headroom.Silo.Monitoring;

namespace Headroom.Silo.Lending;

/// <summary>
/// How many bytes could really be touched now without inviting the kernel to kill somebody: those that this process'
/// cgroup and the machine have left, less a margin.
/// </summary>
internal sealed class MemoryRoom
{
    // A sixty-fourth, within bounds: page tables of what is lent take a five-hundredth of it, and the kernel and the
    // silo must breathe while they grow.
    private const int MarginDivisor = 64;
    private const long MarginMin = 32L << 20;
    private const long MarginMax = 1L << 30;

    private readonly Lock _gate = new();
    private readonly MachineReader _machine;

    /// <summary>Reads below the given roots. What is lent is charged to this process, so only its own limits
    /// matter.</summary>
    public MemoryRoom(string procRoot, string sysRoot, TimeProvider time) =>
        _machine = new MachineReader(procRoot, sysRoot, MemoryScope.Own, time);

    /// <summary>Bytes that can be touched; 0 when there are none, or when it cannot be told.</summary>
    public long FreeBytes()
    {
        lock (_gate)
        {
            if (_machine.ReadHost().Memory.Value is not { } memory)
            {
                return 0;
            }

            long margin = Math.Clamp(memory.TotalBytes / MarginDivisor, MarginMin, MarginMax);
            long free = Math.Min(memory.TotalBytes - memory.UsedBytes, memory.Machine.AvailableBytes);
            return Math.Max(0, free - margin);
        }
    }
}
