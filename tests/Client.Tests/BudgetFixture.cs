using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Headroom.Core.Tests.Session;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Client.Tests;

/// <summary>A budget on fake time with a fake authority.</summary>
internal sealed class BudgetFixture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal BudgetFixture(
        long maxIdleCreditBytes = 256 << 10, Action<string>? onFailStop = null, IManagedHeap? heap = null)
    {
        var options = new HeadroomOptions
        {
            Container = "orders",
            Host = "node-1",
            TimeProvider = Time,
            MaxIdleCreditBytes = maxIdleCreditBytes,
            OnFailStop = onFailStop,
        };
        Authority = new FakeAuthority(Time);
        Budget = HeadroomClient.Create(options, Authority, NullLoggerFactory.Instance, Meters, heap);
        Cache = Budget.Subsystem("cache");
    }

    internal FakeTimeProvider Time { get; } = new();

    /// <summary>Whose meters the budget's are.</summary>
    internal IMeterFactory Meters { get; } =
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    internal FakeAuthority Authority { get; }

    internal HeadroomClient Budget { get; }

    internal ISubsystem Cache { get; }

    /// <summary>Leases for <see cref="EndLeases"/>.</summary>
    internal ConcurrentQueue<MemoryLease> Held { get; } = [];

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal async Task<BudgetFixture> OpenAsync()
    {
        Budget.Start();
        await Budget.WaitUntilReadyAsync(Token).WaitAsync(Patience, Token);
        return this;
    }

    /// <summary>
    /// Lets time pass in small steps until it is so. A step for each tick of the real clock: fake time that ran ahead
    /// of the threads would be a machine that stands still.
    /// </summary>
    internal async Task UntilAsync(Func<bool> condition, string what, int stepMilliseconds = 5)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!condition())
        {
            if (deadline.IsCancellationRequested)
            {
                Assert.Fail($"Within {Patience}, it was expected that {what}; status: {Budget.GetStatus()}, "
                    + $"charged: {Authority.ChargedBytes}, fake time: {Authority.Now}.");
            }

            Time.Advance(TimeSpan.FromMilliseconds(stepMilliseconds));
            await ticks.WaitForNextTickAsync(Token);
        }
    }

    /// <summary>Lets time pass until the task is over, and gives its result.</summary>
    internal async Task<T> ResultAsync<T>(Task<T> task, string what)
    {
        await UntilAsync(() => task.IsCompleted, what);
        return await task;
    }

    /// <summary>Disposes of so many bytes at least, or of all.</summary>
    internal void EndLeases(long bytes)
    {
        while (bytes > 0 && Held.TryDequeue(out MemoryLease lease))
        {
            bytes -= lease.Bytes;
            lease.Dispose();
        }
    }

    internal Task<LeaseAsk> NextAskAsync() => Authority.Asked.ReadAsync(Token).AsTask().WaitAsync(Patience, Token);

    internal long ChargedBytes => Authority.ChargedBytes;

    internal static TimeSpan Ttl => ReferenceAuthority.Ttl;

    public ValueTask DisposeAsync()
    {
        // Nobody lets time pass any more.
        Authority.Mode = FakeAuthority.Behaviour.Answer;
        return Budget.DisposeAsync();
    }
}
