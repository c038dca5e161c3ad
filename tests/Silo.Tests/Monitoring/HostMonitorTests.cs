using System.Collections.Immutable;
using System.Threading.Channels;

using Headroom.Silo.Monitoring;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

public sealed class HostMonitorTests : IMonitorSink, IWatchedContainers, ILogger<HostMonitor>, IDisposable
{
    private readonly FixtureTree _tree = FixtureTree.V2("/");
    private readonly FakeTimeProvider _time = new();
    private readonly EarlyRound _early = new();
    private readonly Channel<MonitorReading> _readings = Channel.CreateUnbounded<MonitorReading>();
    private readonly List<int> _events = [];
    private ImmutableArray<WatchedContainer> _watched = [];
    private ImmutableArray<WatchedContainer> _near = [];
    private Func<CancellationToken, ValueTask> _whenReported = _ => default;
    private readonly TimeSpan _start;
    private bool _watchFails;

    public HostMonitorTests() => _start = _time.GetElapsedTime(0);

    [Fact]
    public async Task Execute_EachInterval_ReportsOneReadingStampedAtItsBeginning()
    {
        _tree.WriteV2("a", 10, 2, 20);
        _watched = [new WatchedContainer("one", "/a"), new WatchedContainer("two", "/gone")];
        using HostMonitor monitor = await StartAsync();

        MonitorReading first = await NextAsync();
        MonitorReading second = await NextAsync(advance: true);

        Assert.Equal(1_000 * FixtureTree.Mebibyte, first.Host!.Memory.Value?.TotalBytes);
        Assert.Equal(["one", "two"], first.Containers.Select(container => container.Name));
        Assert.Equal(8 * FixtureTree.Mebibyte, first.Containers[0].Memory.Value?.WorkingSetBytes);
        Assert.NotNull(first.Containers[1].Memory.Failure);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Host!.Began - first.Host!.Began);
        Assert.Equal(second.Host!.Began, second.Containers[0].Began);
        Assert.Equal(_time.GetElapsedTime(0), second.Host!.Began);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Execute_AskedForAnEarlyRound_ReadsAtOnceAndThenAtTheInterval()
    {
        using HostMonitor monitor = await StartAsync();
        await NextAsync();

        _early.Ask();
        MonitorReading early = await NextAsync();
        MonitorReading next = await NextAsync(advance: true);

        Assert.Equal(TimeSpan.Zero, early.Host!.Began - _start);
        Assert.Equal(TimeSpan.FromSeconds(1), next.Host!.Began - _start);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Execute_ContainerIsNearItsLimit_IsReadBetweenTwoRoundsAndNothingElse()
    {
        _tree.WriteV2("a", 10, 2, 20);
        _watched = [new WatchedContainer("one", "/a"), new WatchedContainer("two", "/gone")];
        using HostMonitor monitor = await StartAsync();
        await NextAsync();
        _near = [_watched[0]];

        MonitorReading between = await NextAsync(reading => reading.Host is null);
        Assert.Equal("one", Assert.Single(between.Containers).Name);
        Assert.Equal(8 * FixtureTree.Mebibyte, between.Containers[0].Memory.Value?.WorkingSetBytes);

        _near = [];
        MonitorReading next = await NextAsync(reading => reading.Host is not null);
        Assert.Equal(2, next.Containers.Length);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Execute_ReadFailsAndRecovers_LogsEachOnce()
    {
        _watched = [new WatchedContainer("one", "/a")];
        using HostMonitor monitor = await StartAsync();
        await NextAsync();
        await NextAsync(advance: true);
        await NextAsync(advance: true);
        Assert.Equal([MonitorEvents.ReadFailed], _events);

        _tree.WriteV2("a", 10, 2, 20);
        await NextAsync(advance: true);
        await NextAsync(advance: true);

        Assert.Equal([MonitorEvents.ReadFailed, MonitorEvents.ReadRecovered], _events);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Execute_SinkFails_GoesOnAndLogsOnce()
    {
        _whenReported = _ => throw new InvalidOperationException("as the test wants");
        using HostMonitor monitor = await StartAsync();
        await NextAsync();
        await NextAsync(advance: true);
        _whenReported = _ => default;
        await NextAsync(advance: true);
        await NextAsync(advance: true);

        Assert.Equal([MonitorEvents.ReportFailed, MonitorEvents.ReportRecovered], _events);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Execute_SinkHangs_IsCancelledAtItsTimeLimitAndGoesOn()
    {
        _whenReported = async ct => await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        using HostMonitor monitor = await StartAsync();
        await NextAsync();
        _whenReported = _ => default;

        _time.Advance(HostMonitor.ReportTimeLimit);
        await NextAsync();

        Assert.Equal(MonitorEvents.ReportFailed, _events[0]);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Execute_WatchListFails_StillReportsTheHost()
    {
        _watchFails = true;
        using HostMonitor monitor = await StartAsync();
        MonitorReading reading = await NextAsync();
        Assert.NotNull(reading.Host!.Memory.Value);
        Assert.Empty(reading.Containers);

        _watchFails = false;
        await NextAsync(advance: true);

        Assert.Equal([MonitorEvents.WatchFailed, MonitorEvents.WatchRecovered], _events);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Execute_MoreContainersThanTheBound_ReadsTheRestAsAbsent()
    {
        _tree.WriteV2("a", 10, 2, 20);
        _watched = [.. Enumerable.Range(0, HostMonitor.ContainersMax + 1)
            .Select(n => new WatchedContainer($"{n}", "/a"))];
        using HostMonitor monitor = await StartAsync();

        MonitorReading reading = await NextAsync();

        Assert.Equal(["4096"], reading.Containers.Where(c => c.Memory.Value is null).Select(c => c.Name));
        await monitor.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("Interval", "00:00:00.100", null)]
    [InlineData("Interval", "00:01:00", null)]
    [InlineData("Interval", "00:00:00.099", "Interval")]
    [InlineData("Interval", "00:01:00.001", "Interval")]
    [InlineData("Interval", "1", "Interval")] // a day, as .NET reads it
    [InlineData("Scope", "Machine", null)]
    [InlineData("Scope", "7", "Scope")]
    [InlineData("ProcRoot", "proc", "ProcRoot")]
    [InlineData("SysRoot", "", "SysRoot")]
    public async Task AddHostMonitor_EachSetting_IsCheckedAtStart(string setting, string value, string? expected)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Headroom:Monitor:ProcRoot"] = _tree.Proc;
        builder.Configuration["Headroom:Monitor:SysRoot"] = _tree.Sys;
        builder.Configuration[$"Headroom:Monitor:{setting}"] = value;
        builder.Services.AddSingleton<IMonitorSink>(this).AddSingleton<IWatchedContainers>(this).AddHostMonitor();
        using IHost host = builder.Build();

        if (expected is null)
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            await NextAsync();
            await host.StopAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(host.Services.GetRequiredService<ProcessWitness>());
            return;
        }

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"Headroom:Monitor:{expected} is ", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    async ValueTask IMonitorSink.ReportAsync(MonitorReading reading, CancellationToken ct)
    {
        Func<CancellationToken, ValueTask> whenReported = _whenReported;
        _readings.Writer.TryWrite(reading);
        await whenReported(ct);
    }

    ImmutableArray<WatchedContainer> IWatchedContainers.Snapshot(bool near) =>
        _watchFails ? throw new InvalidOperationException("as the test wants") : near ? _near : _watched;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        // The base class logs too, under its own numbers.
        if (eventId.Id >= MonitorEvents.ReadFailed)
        {
            _events.Add(eventId.Id);
        }
    }

    public void Dispose() => _tree.Dispose();

    private async Task<HostMonitor> StartAsync()
    {
        MonitorOptions options = new() { ProcRoot = _tree.Proc, SysRoot = _tree.Sys };
        HostMonitor monitor = new(
            Microsoft.Extensions.Options.Options.Create(options), this, this, _early, _time, this);
        await monitor.StartAsync(TestContext.Current.CancellationToken);
        return monitor;
    }

    // Until a reading is such a one: what waits for a part of the interval may begin to wait later than time goes on.
    private async Task<MonitorReading> NextAsync(Func<MonitorReading, bool> isSuch)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using PeriodicTimer real = new(TimeSpan.FromMilliseconds(1));
        while (true)
        {
            while (_readings.Reader.TryRead(out MonitorReading? reading))
            {
                if (isSuch(reading))
                {
                    return reading;
                }
            }

            _time.Advance(HostMonitor.BetweenInterval);
            await real.WaitForNextTickAsync(limit.Token);
        }
    }

    // A tick that comes while a report is under way is kept by the timer, so advancing is never too early.
    private async Task<MonitorReading> NextAsync(bool advance = false)
    {
        if (advance)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return await _readings.Reader.ReadAsync(TestContext.Current.CancellationToken)
            .AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
