using System.Collections.Immutable;

using Microsoft.Extensions.Options;

namespace Headroom.Silo.Monitoring;

/// <summary>Reads what is really used, over and over, and reports it.</summary>
internal sealed partial class HostMonitor : BackgroundService
{
    /// <summary>Containers read in one round at most: eight times the pods of the largest nodes in common use
    /// (500).</summary>
    public const int ContainersMax = 4_096;

    /// <summary>
    /// How long one report may take before it is cancelled, and the next reading made: ten rounds at the interval
    /// unless set.
    /// </summary>
    public static readonly TimeSpan ReportTimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time from one reading to the next of what is near its hard limit: what was not asked for is seen before much of
    /// it has come.
    /// </summary>
    public static readonly TimeSpan BetweenInterval = TimeSpan.FromMilliseconds(100);

    private const string Host = "host memory";
    private const string Pressure = "memory pressure";

    private readonly MachineReader _machine;
    private readonly IWatchedContainers _watched;
    private readonly IMonitorSink _sink;
    private readonly EarlyRound _early;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ILogger<HostMonitor> _logger;
    private readonly FailureLog _reads = new();
    private readonly FailureLog _calls = new();

    public HostMonitor(
        IOptions<MonitorOptions> options,
        IWatchedContainers watched,
        IMonitorSink sink,
        EarlyRound early,
        TimeProvider time,
        ILogger<HostMonitor> logger)
    {
        MonitorOptions settings = options.Value;
        _machine = new MachineReader(settings.ProcRoot, settings.SysRoot, settings.Scope, time);
        _interval = settings.Interval;
        _watched = watched;
        _sink = sink;
        _early = early;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_interval, _time);
        try
        {
            Task<bool> tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            while (true)
            {
                Task asked = _early.Begin();
                await ReportAsync(ReadAll(), stoppingToken);
                await BetweenAsync(tick, asked, stoppingToken);
                if (tick.IsCompleted)
                {
                    await tick;
                    tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops: the way this loop ends.
        }
    }

    // Until it is time for the next round, or somebody asked for it.
    private async Task BetweenAsync(Task tick, Task asked, CancellationToken stoppingToken)
    {
        while (!tick.IsCompleted && !asked.IsCompleted)
        {
            ImmutableArray<WatchedContainer> near = Watched(near: true);
            if (near.IsEmpty)
            {
                await Task.WhenAny(tick, asked);
                return;
            }

            await Task.WhenAny(tick, asked, Task.Delay(BetweenInterval, _time, stoppingToken));
            if (!tick.IsCompleted && !asked.IsCompleted)
            {
                await ReportAsync(new MonitorReading(null, Read(near, [])), stoppingToken);
            }
        }
    }

    private MonitorReading ReadAll()
    {
        ImmutableArray<WatchedContainer> watched = Watched(near: false);
        HostReading host = _machine.ReadHost();
        Note(Host, host.Memory.Failure);
        Note(Pressure, host.Pressure.Failure);

        HashSet<string> tried = new(StringComparer.Ordinal) { Host, Pressure };
        ImmutableArray<ContainerReading> containers = Read(watched, tried);
        _reads.KeepOnly(tried);
        return new MonitorReading(host, containers);
    }

    private ImmutableArray<ContainerReading> Read(ImmutableArray<WatchedContainer> watched, HashSet<string> tried)
    {
        var containers = ImmutableArray.CreateBuilder<ContainerReading>(watched.Length);
        foreach (WatchedContainer container in watched)
        {
            ContainerReading reading = containers.Count < ContainersMax
                ? _machine.ReadContainer(container)
                : new ContainerReading(container.Name, _time.GetElapsedTime(0),
                    Reading<CgroupMemory>.Absent($"beyond {ContainersMax}"));
            string subject = $"container {container.Name}";
            Note(subject, reading.Memory.Failure);
            tried.Add(subject);
            containers.Add(reading);
        }

        return containers.MoveToImmutable();
    }

    // The two calls out are to code of others: whatever they throw must not end the only eyes that the host has.
    private ImmutableArray<WatchedContainer> Watched(bool near)
    {
        try
        {
            ImmutableArray<WatchedContainer> watched = _watched.Snapshot(near);
            if (_calls.Ends(nameof(Watched)))
            {
                LogWatchRecovered();
            }

            return watched.IsDefault ? [] : watched;
        }
        catch (Exception e)
        {
            if (_calls.Starts(nameof(Watched)))
            {
                LogWatchFailed(e);
            }

            return [];
        }
    }

    private async Task ReportAsync(MonitorReading reading, CancellationToken stoppingToken)
    {
        using CancellationTokenSource limit = new(ReportTimeLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, limit.Token);
        try
        {
            await _sink.ReportAsync(reading, either.Token);
            if (_calls.Ends(nameof(ReportAsync)))
            {
                LogReportRecovered();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            if (_calls.Starts(nameof(ReportAsync)))
            {
                LogReportFailed(e);
            }
        }
    }

    private void Note(string subject, string? failure)
    {
        if (failure is null)
        {
            if (_reads.Ends(subject))
            {
                LogReadRecovered(subject);
            }
        }
        else if (_reads.Starts(subject))
        {
            LogReadFailed(subject, failure);
        }
    }
}
