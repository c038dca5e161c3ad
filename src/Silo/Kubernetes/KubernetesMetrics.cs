using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Headroom.Grains;
using Headroom.Silo.Kubernetes.Resize;

namespace Headroom.Silo.Kubernetes;

/// <summary>The instruments of discovery and resizing; meter <c>Headroom</c>.</summary>
internal sealed class KubernetesMetrics
{
    private readonly Counter<long> _lists;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _resizes;
    private long _pods;
    private long _withoutCgroup;

    public KubernetesMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(GrainsRegistration.MeterName);
        _lists = meter.CreateCounter<long>("headroom.kubernetes.lists", "{list}", "Lists of this node's pods.");
        _failures = meter.CreateCounter<long>(
            "headroom.kubernetes.watch_failures", "{failure}", "Lists and watches that failed, by status.");
        _resizes = meter.CreateCounter<long>(
            "headroom.kubernetes.resizes", "{resize}", "Changes of limits that were asked for, by outcome.");
        meter.CreateObservableGauge(
            "headroom.kubernetes.pods", () => Volatile.Read(ref _pods), "{pod}", "Pods of this node that are known.");
        meter.CreateObservableGauge(
            "headroom.kubernetes.without_cgroup",
            () => Volatile.Read(ref _withoutCgroup),
            "{container}",
            "Containers that run and whose cgroup is not found.");
    }

    /// <summary>Counts a list.</summary>
    public void Listed() => _lists.Add(1);

    /// <summary>Counts a failure of the watch.</summary>
    public void WatchFailed(HttpStatusCode? status) => _failures.Add(
        1,
        new KeyValuePair<string, object?>(
            "status", status is { } code ? ((int)code).ToString(CultureInfo.InvariantCulture) : "none"));

    /// <summary>Counts a change of a limit.</summary>
    public void Resized(LimitOutcome outcome) =>
        _resizes.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    /// <summary>Notes what a pass saw.</summary>
    public void Seen(int pods, int withoutCgroup)
    {
        Volatile.Write(ref _pods, pods);
        Volatile.Write(ref _withoutCgroup, withoutCgroup);
    }
}
