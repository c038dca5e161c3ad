namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A grain's timer: the next tick is counted from the end of the one before.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly SimCluster _cluster;
    private readonly Activation _owner;
    private readonly Func<Task> _callback;
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _isOver;

    internal GrainTimer(
        SimCluster cluster, Activation owner, Func<Task> callback, TimeSpan dueTime, TimeSpan period)
    {
        (_cluster, _owner, _callback, _period) = (cluster, owner, callback, period);
        _timer = owner.Silo.Process.Time.CreateTimer(
            _ => _ = TickAsync(), null, dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        _timer.Change(_isOver ? Timeout.InfiniteTimeSpan : dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _isOver = true;
        _timer.Dispose();
    }

    private async Task TickAsync()
    {
        if (_isOver)
        {
            return;
        }

        try
        {
            await _callback();
        }
        catch (Exception error)
        {
            _cluster.Weigh(error, $"a timer of {_owner.Key}");
        }

        if (!_isOver && _period > TimeSpan.Zero)
        {
            _timer.Change(_period, Timeout.InfiniteTimeSpan);
        }
    }
}
