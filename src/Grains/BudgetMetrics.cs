using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Headroom.Contracts;

namespace Headroom.Grains;

/// <summary>
/// The instruments of the budgets; meter <c>Headroom</c>. Tags have few values: never a lease, never a request.
/// </summary>
internal sealed class BudgetMetrics
{
    private readonly ConcurrentDictionary<string, HostView> _hosts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long Pledged, long Lent, long Loans)> _reserves =
        new(StringComparer.Ordinal);

    private readonly Counter<long> _requests;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _reclaimed;
    private readonly Counter<long> _lastResorts;
    private readonly Counter<long> _collections;

    public BudgetMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(GrainsRegistration.MeterName);
        _requests = meter.CreateCounter<long>(
            "headroom.requests", "{request}", "Requests for leases that were answered.");
        _bytes = meter.CreateCounter<long>("headroom.granted", "By", "Bytes granted as leases one by one.");
        _reclaimed = meter.CreateCounter<long>(
            "headroom.reclaim", "By", "Bytes asked back, given back, and not given back in time.");
        _lastResorts = meter.CreateCounter<long>(
            "headroom.last_resort", "{event}", "Last resorts entered, complaints of those that wait on, and returns.");
        _collections = meter.CreateCounter<long>(
            "headroom.collections_asked", "{collection}", "Clients asked to collect garbage, for want of memory.");
        Gauge(meter, "headroom.host.overdraft", "Bytes beyond allotments.", host => host.OverdraftBytes);
        Gauge(meter, "headroom.host.capacity", "Bytes that Headroom may hand out.", host => host.CapacityBytes);
        Gauge(meter, "headroom.host.reserve", "Bytes that only MustSucceed may use.", host => host.ReserveBytes);
        Gauge(meter, "headroom.host.allotted", "Bytes given to containers.", host => host.AllottedBytes);
        Gauge(meter, "headroom.host.used", "Bytes of the machine in use.", host => host.UsedBytes);
        Gauge(meter, "headroom.host.untracked", "Bytes in use that no lease stands for.", host => host.UntrackedBytes);
        Reserve(meter, "headroom.reserve.pledged", "By", "Bytes pledged to other hosts.", reserve => reserve.Pledged);
        Reserve(meter, "headroom.reserve.lent", "By", "Real bytes lent to other hosts.", reserve => reserve.Lent);
        Reserve(meter, "headroom.reserve.loans", "{loan}", "Loans to other hosts.", reserve => reserve.Loans);
        meter.CreateObservableGauge(
            "headroom.host.pressure",
            () => _hosts.Values.Select(
                host => new Measurement<long>(host.Pressure, new KeyValuePair<string, object?>("host", host.Host))),
            "{level}",
            "How hard memory is pressed: 0 none, 1 some, 2 high.");
    }

    /// <summary>A host as it stood at its last reading.</summary>
    public void Observed(HostView host) => _hosts[host.Host] = host;

    /// <summary>What this process lends.</summary>
    public void Lending(string host, long pledged, long lent, long loans) => _reserves[host] = (pledged, lent, loans);

    /// <summary>Something happened to bytes that were asked back.</summary>
    public void Reclaimed(string host, Reclaimed reclaimed) => _reclaimed.Add(
        reclaimed.Bytes, new TagList { { "host", host }, { "step", reclaimed.Step.ToString() } });

    /// <summary>So many clients were asked to collect their garbage.</summary>
    public void CollectionsAsked(string host, int clients)
    {
        if (clients > 0)
        {
            _collections.Add(clients, new KeyValuePair<string, object?>("host", host));
        }
    }

    /// <summary>A subsystem's state changed, or it waits on.</summary>
    public void LastResort(string host, SubsystemState state) =>
        _lastResorts.Add(1, new TagList { { "host", host }, { "state", state.ToString() } });

    private void Reserve(
        Meter meter,
        string name,
        string unit,
        string description,
        Func<(long Pledged, long Lent, long Loans), long> value) => meter.CreateObservableGauge(
            name,
            () => _reserves.Select(row => new Measurement<long>(
                value(row.Value), new KeyValuePair<string, object?>("host", row.Key))),
            unit,
            description);

    private void Gauge(Meter meter, string name, string description, Func<HostView, long> value) =>
        meter.CreateObservableGauge(
            name,
            () => _hosts.Values.Select(
                host => new Measurement<long>(value(host), new KeyValuePair<string, object?>("host", host.Host))),
            "By",
            description);

    /// <summary>So many requests were answered alike.</summary>
    /// <param name="host">The host.</param>
    /// <param name="urgency">Their urgency.</param>
    /// <param name="outcome">Their outcome.</param>
    /// <param name="rung">The rung that granted, or that was tried last.</param>
    /// <param name="requests">How many.</param>
    /// <param name="bytes">What was granted to all of them together; 0 when they were not.</param>
    public void Requested(string host, Urgency urgency, Outcome outcome, Rung rung, int requests, long bytes)
    {
        var tags = new TagList
        {
            { "host", host },
            { "urgency", urgency.ToString() },
            { "outcome", outcome.ToString() },
            { "rung", rung.ToString() },
        };
        _requests.Add(requests, tags);
        if (outcome == Outcome.Granted)
        {
            _bytes.Add(bytes, tags);
        }
    }
}
