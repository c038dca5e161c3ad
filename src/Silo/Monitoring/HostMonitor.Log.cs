namespace Headroom.Silo.Monitoring;

internal sealed partial class HostMonitor
{
    [LoggerMessage(MonitorEvents.ReadFailed, LogLevel.Warning, "Reading {Subject} failed: {Failure}.")]
    private partial void LogReadFailed(string subject, string failure);

    [LoggerMessage(MonitorEvents.ReadRecovered, LogLevel.Information, "Reading {Subject} succeeded again.")]
    private partial void LogReadRecovered(string subject);

    [LoggerMessage(MonitorEvents.ReportFailed, LogLevel.Error, "Reporting a reading failed; the monitor went on.")]
    private partial void LogReportFailed(Exception exception);

    [LoggerMessage(MonitorEvents.ReportRecovered, LogLevel.Information, "Reporting a reading succeeded again.")]
    private partial void LogReportRecovered();

    [LoggerMessage(MonitorEvents.WatchFailed, LogLevel.Error, "Asking which containers to read failed; none was read.")]
    private partial void LogWatchFailed(Exception exception);

    [LoggerMessage(MonitorEvents.WatchRecovered, LogLevel.Information,
        "Asking which containers to read succeeded again.")]
    private partial void LogWatchRecovered();
}
