using System.Diagnostics.Metrics;
using Headroom.Grains;
using Headroom.Grains.Events;

namespace Headroom.Simulation.Tests.World;

/// <summary>What worlds need, one after the other, and what decides nothing.</summary>
internal sealed class SharedParts
{
    internal BudgetMetrics Metrics { get; } = new(new Meters());

    internal EventHub Events { get; } = new(new Epoch());

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }

    // Events are not read; a clock that stands still is the cheapest.
    private sealed class Epoch : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
