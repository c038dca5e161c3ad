namespace Headroom.Silo.Monitoring;

/// <summary>Where the monitor's readings go.</summary>
internal interface IMonitorSink
{
    /// <summary>
    /// Takes one reading. The next is not made before this completes. What it throws is logged, and the reading is
    /// lost: the next one says all anew.
    /// </summary>
    /// <param name="reading">What was read.</param>
    /// <param name="ct">Cancelled when the silo stops or after <see cref="HostMonitor.ReportTimeLimit"/>; to be
    /// observed.</param>
    ValueTask ReportAsync(MonitorReading reading, CancellationToken ct);
}
