using System.Collections.Immutable;
using Headroom.Contracts;
using Headroom.Grains.Events;
using Headroom.Silo.Monitoring;
using Microsoft.Extensions.Options;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Budgets;

/// <summary>
/// Carries the monitor's readings to the budgets, and their watch lists to the monitor. A reading answers the watch
/// list that was known when it began: only such a reading may end a ghost.
/// </summary>
internal sealed class MachineSink(
    IGrainFactory grains, IOptions<HostSettings> host, ProcessWitness processes, EventHub events, TimeProvider time)
    : IMonitorSink, IWatchedContainers
{
    // Readings between two rounds are for few: on a node on which many are near their limits, the first by name.
    private const int MaxNear = 64;

    private static readonly WatchList Unknown = new() { Number = 0, Cgroup = string.Empty, Processes = [] };

    private readonly string _bootId = processes.BootId().Value ?? string.Empty;
    private readonly long? _pidNamespace = processes.PidNamespace();
    private readonly Dictionary<string, long> _oomKills = new(StringComparer.Ordinal);
    private PressureGauge _gauge = new(PressureThresholds.Default);
    private ImmutableSortedDictionary<string, WatchList> _lists = ImmutableSortedDictionary<string, WatchList>.Empty;

    /// <inheritdoc/>
    public ImmutableArray<WatchedContainer> Snapshot(bool near) =>
    [
        .. _lists.Where(pair => pair.Value.Cgroup.Length > 0 && (pair.Value.Near || !near))
            .Select(pair => new WatchedContainer(pair.Key, pair.Value.Cgroup))
            .Take(near ? MaxNear : int.MaxValue),
    ];

    /// <inheritdoc/>
    public async ValueTask ReportAsync(MonitorReading reading, CancellationToken ct)
    {
        Dictionary<string, CgroupMemory?> cgroups =
            reading.Containers.ToDictionary(container => container.Name, container => container.Memory.Value);
        TellKills(reading);
        if (reading.Host is not { } read)
        {
            ImmutableSortedDictionary<string, WatchList> known = _lists;
            _lists = known.SetItems(await Task.WhenAll(cgroups.Select(async near => KeyValuePair.Create(
                near.Key,
                await TellAsync(near.Key, known[near.Key], near.Value, hostRead: false, between: true, ct)))));
            return;
        }

        IHostBudgetGrain budget = grains.GetGrain<IHostBudgetGrain>(host.Value.Name);
        HostView view = read.Memory.Value is { } memory
            ? await budget.ObserveAsync(Observation(read, memory), ct)
            : await budget.GetAsync(ct);

        // The lists of this round: those that the reading answers. A container seen for the first time gets its first
        // list now.
        ImmutableSortedDictionary<string, WatchList> answered = _lists;
        KeyValuePair<string, WatchList>[] next = await Task.WhenAll(view.Watched.Select(async container =>
        {
            WatchList list = answered.GetValueOrDefault(container, Unknown);
            cgroups.TryGetValue(container, out CgroupMemory? cgroup);
            return KeyValuePair.Create(
                container, await TellAsync(container, list, cgroup, read.Memory.Value is not null, between: false, ct));
        }));
        _lists = next.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private async Task<WatchList> TellAsync(
        string container, WatchList list, CgroupMemory? cgroup, bool hostRead, bool between, CancellationToken ct) =>
        await grains.GetGrain<IContainerBudgetGrain>($"{host.Value.Name}/{container}").ObserveAsync(
            new ContainerObservation
            {
                WatchNumber = list.Number,
                UsageBytes = cgroup?.WorkingSetBytes,
                HardLimitBytes = cgroup?.HardLimitBytes,
                Processes = Array.ConvertAll(list.Processes, Look),

                // Where there is a cgroup it is the witness, and an absent reading of it says nothing.
                HostRead = hostRead && list.Cgroup.Length == 0 && list.Number > 0,
                Between = between,
            },
            ct);

    // The first count of a container says nothing: it may be older than this silo.
    private void TellKills(MonitorReading reading)
    {
        foreach (ContainerReading container in reading.Containers)
        {
            if (container.Memory.Value?.Events.OomKills is not { } kills)
            {
                continue;
            }

            if (_oomKills.TryGetValue(container.Name, out long before) && kills > before)
            {
                events.Publish(new HeadroomEvent
                {
                    Type = EventType.OomKilled,
                    Host = host.Value.Name,
                    Container = container.Name,
                    Bytes = container.Memory.Value.UsageBytes,
                    Detail = $"{kills - before} processes were killed by the kernel; "
                        + $"limit {container.Memory.Value.HardLimitBytes}",
                });
            }

            _oomKills[container.Name] = kills;
        }
    }

    private HostObservation Observation(HostReading reading, HostMemory memory)
    {
        if (reading.Pressure.Value is { } pressure)
        {
            _gauge = _gauge.Observe(pressure.Sample, time.GetElapsedTime(0));
        }

        return new HostObservation
        {
            TotalBytes = memory.TotalBytes,
            UsedBytes = memory.UsedBytes,
            Pressure = (byte)_gauge.Level,
        };
    }

    // A process id means something only on the same machine, in the same PID namespace.
    private WatchedProcess Look(WatchedProcess process)
    {
        if (process.BootId != _bootId || process.PidNamespace != _pidNamespace)
        {
            return process with { ResidentBytes = null };
        }

        ProcessSighting sighting = processes.Look(process.ProcessId, process.ProcessStart);
        return process with
        {
            ResidentBytes = sighting.Fate == ProcessFate.Gone ? 0 : sighting.ResidentBytes,
        };
    }
}
