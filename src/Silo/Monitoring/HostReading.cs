namespace Headroom.Silo.Monitoring;

/// <summary>One reading of the host.</summary>
/// <param name="Began">
/// When the reading began: whatever happened before is in it. Elapsed since the origin of the time provider's
/// timestamps,
/// so it compares with <c>GetElapsedTime(0)</c> of the same provider, and with nothing of another process.
/// </param>
/// <param name="Memory">Total and use.</param>
/// <param name="Pressure">
/// Memory pressure: of the cgroup that limits the host's total where the kernel shows it, otherwise of the machine.
/// Absent
/// on a kernel without pressure accounting.
/// </param>
internal sealed record HostReading(TimeSpan Began, Reading<HostMemory> Memory, Reading<PressureReading> Pressure);
