namespace Headroom.Silo.Monitoring;

/// <summary>Settings of the host monitor, section <c>Headroom:Monitor</c>.</summary>
internal sealed class MonitorOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Headroom:Monitor";

    /// <summary>The shortest interval: a round over a full node (some 500 cgroups of 6 files) takes tens of
    /// milliseconds.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest interval: in a longer one a machine can fill before anybody looks.</summary>
    public static readonly TimeSpan IntervalMax = TimeSpan.FromSeconds(60);

    /// <summary>Time from one round to the next; 100 ms to 60 s, 1 s unless set.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whose memory the host's reading is about; <see cref="MemoryScope.Own"/> unless set.</summary>
    public MemoryScope Scope { get; set; } = MemoryScope.Own;

    /// <summary>Where procfs is mounted: an absolute path, <c>/proc</c> unless set.</summary>
    public string ProcRoot { get; set; } = "/proc";

    /// <summary>Where sysfs is mounted: an absolute path, <c>/sys</c> unless set.</summary>
    public string SysRoot { get; set; } = "/sys";
}
