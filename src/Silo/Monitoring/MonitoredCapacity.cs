using Headroom.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Monitoring;

/// <summary>The host's memory as the monitor will count its use: total and use must be of the same thing.</summary>
internal sealed class MonitoredCapacity(IOptions<MonitorOptions> options, TimeProvider time) : IHostCapacity
{
    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The memory cannot be read; the message says which file and
    /// why.</exception>
    public long Find()
    {
        MonitorOptions settings = options.Value;
        Reading<HostMemory> memory =
            new MachineReader(settings.ProcRoot, settings.SysRoot, settings.Scope, time).ReadHost().Memory;
        return memory.Value?.TotalBytes
            ?? throw new InvalidDataException(
                $"The machine's memory cannot be read ({memory.Failure}). Set Headroom:Host:CapacityBytes.");
    }
}
