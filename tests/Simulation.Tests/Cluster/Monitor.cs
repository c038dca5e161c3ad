using Headroom.Contracts;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>
/// Reads the machine every second and hands the readings to its budgets, as the monitor of a real silo does: a reading
/// answers the watch lists that were known when it began. Containers near their hard limit are read once more between.
/// </summary>
internal sealed class Monitor(SimCluster cluster, SimSilo silo)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);
    private static readonly WatchList Unknown = new() { Number = 0, Cgroup = string.Empty, Processes = [] };

    private SortedDictionary<string, WatchList> _lists = new(StringComparer.Ordinal);

    internal async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Period, silo.Process.Time);
        while (await timer.WaitForNextTickAsync())
        {
            if (!cluster.Machine(silo.Host).IsUnreadable)
            {
                await TellAsync();
                await TellNearAsync();
            }
        }
    }

    private async Task TellAsync()
    {
        SortedDictionary<string, WatchList> answered = _lists;
        Machine machine = cluster.Machine(silo.Host);

        // All of it is read at once; carrying it to the budgets takes its time.
        var reading = new HostObservation
        {
            TotalBytes = machine.TotalBytes,
            UsedBytes = machine.UsedBytes,
            Pressure = (byte)machine.Pressure,
        };
        Dictionary<string, ContainerObservation> read = machine.Plan.Containers.ToDictionary(
            container => container.Name,
            container => Read(machine, container, answered.GetValueOrDefault(container.Name, Unknown)));
        try
        {
            HostView view = await silo.Grains.GetGrain<IHostBudgetGrain>(silo.Host).ObserveAsync(reading, default);
            KeyValuePair<string, WatchList>[] next = await Task.WhenAll(view.Watched
                .Select(async container =>
                KeyValuePair.Create(container, await TellAsync(container, read[container]))));
            _lists = new SortedDictionary<string, WatchList>(
                next.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        }
        catch (Exception error)
        {
            // As the real one: what could not be told is read again a second later.
            cluster.Weigh(error, "the monitor");
        }
    }

    private async Task TellNearAsync()
    {
        if (!_lists.Values.Any(list => list.Near))
        {
            return;
        }

        await Task.Delay(Between, silo.Process.Time);
        Machine machine = cluster.Machine(silo.Host);
        if (machine.IsUnreadable)
        {
            return;
        }

        foreach ((string name, WatchList list) in _lists.Where(pair => pair.Value.Near).ToArray())
        {
            ContainerPlan container = machine.Plan.Containers.Single(container => container.Name == name);
            ContainerObservation read = Read(machine, container, list) with { HostRead = false, Between = true };
            try
            {
                _lists[name] = await TellAsync(name, read);
            }
            catch (Exception error)
            {
                cluster.Weigh(error, "the monitor");
            }
        }
    }

    private async Task<WatchList> TellAsync(string container, ContainerObservation observation) =>
        await silo.Grains.GetGrain<IContainerBudgetGrain>($"{silo.Host}/{container}")
            .ObserveAsync(observation, default);

    private static ContainerObservation Read(Machine machine, ContainerPlan container, WatchList list) => new()
    {
        WatchNumber = list.Number,
        UsageBytes = list.Cgroup.Length > 0 ? machine.UsageBytes(container.Name) : null,
        HardLimitBytes = list.Cgroup.Length > 0 ? container.HardLimitBytes : null,
        Processes = Array.ConvertAll(list.Processes, process => process with
        {
            ResidentBytes = machine.ResidentBytes(process.ProcessId),
        }),
        HostRead = list.Cgroup.Length == 0 && list.Number > 0,
    };
}
