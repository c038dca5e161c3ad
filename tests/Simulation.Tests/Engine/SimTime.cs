namespace Headroom.Simulation.Tests.Engine;

/// <summary>The clock and the timers of one process.</summary>
internal sealed class SimTime(Simulator world, SimProcess process) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => process.Clock.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + process.Clock;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(world, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }
}
