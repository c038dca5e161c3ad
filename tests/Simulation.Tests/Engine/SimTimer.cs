namespace Headroom.Simulation.Tests.Engine;

/// <summary>A timer of a process: fires in a turn of it, late when it is frozen, never when it is dead.</summary>
internal sealed class SimTimer(Simulator world, SimProcess process, Action fire) : ITimer
{
    private long _setting;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _setting++;
        _period = period;
        Set(dueTime);
        return true;
    }

    public void Dispose() => _setting++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private void Set(TimeSpan due)
    {
        if (due != Timeout.InfiniteTimeSpan)
        {
            long setting = _setting;
            world.After(process.True(due), () => Due(setting));
        }
    }

    private void Due(long setting)
    {
        if (setting == _setting)
        {
            process.Post(() => Fire(setting));
        }
    }

    private void Fire(long setting)
    {
        if (setting != _setting)
        {
            return;
        }

        if (_period > TimeSpan.Zero)
        {
            Set(_period);
        }

        fire();
    }
}
