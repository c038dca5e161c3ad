namespace Headroom.Silo.Monitoring;

/// <summary>Numbers of the monitor's log events. A number is never given to another event.</summary>
internal static class MonitorEvents
{
    public const int ReadFailed = 4001;
    public const int ReadRecovered = 4002;
    public const int ReportFailed = 4003;
    public const int ReportRecovered = 4004;
    public const int WatchFailed = 4005;
    public const int WatchRecovered = 4006;
}
