namespace Headroom.Simulation.Tests.Engine;

/// <summary>
/// A process of the world: runs its turns one after the other, on the thread of the world, and may be frozen or killed
/// between any two. It has a clock of its own, which runs a little fast or slow.
/// </summary>
internal sealed class SimProcess : TaskScheduler
{
    private const long PartsPerMillion = 1_000_000;

    private readonly Simulator _world;
    private readonly Queue<Task> _turns = new();
    private readonly long _drift;
    private readonly TimeSpan _startedAt;
    private bool _isReady;
    private TimeSpan _skipped;

    internal SimProcess(Simulator world, string name, string machine, long drift)
    {
        (_world, Name, Machine, _drift, _startedAt) = (world, name, machine, drift, world.Now);
        Time = new SimTime(world, this);
    }

    internal string Name { get; }

    /// <summary>What it runs on: who shares it shares its network, too.</summary>
    internal string Machine { get; }

    internal bool IsAlive { get; private set; } = true;

    internal bool IsFrozen { get; private set; }

    /// <summary>Its monotonic clock: time since it started, as it counts it.</summary>
    internal TimeSpan Clock => Local(_world.Now - _startedAt) + _skipped;

    /// <summary>Its clock, its timers.</summary>
    internal SimTime Time { get; }

    /// <summary>Told what a turn threw that nobody caught.</summary>
    internal Action<Exception>? Failed { get; init; }

    /// <summary>
    /// Runs something in a turn of its own: now, or when it is no longer frozen; never when it is dead.
    /// </summary>
    internal void Post(Action turn)
    {
        if (IsAlive)
        {
            new Task(turn).Start(this);
        }
    }

    internal void Kill()
    {
        IsAlive = false;
        _turns.Clear();
    }

    internal void Freeze() => IsFrozen = true;

    internal void Resume()
    {
        IsFrozen = false;
        Awake();
    }

    /// <summary>Its clock jumps ahead, as that of a virtual machine may which was set aside.</summary>
    internal void Skip(TimeSpan time) => _skipped += time;

    /// <summary>How long the world takes until this clock has gone on so much.</summary>
    internal TimeSpan True(TimeSpan local) => new((local.Ticks * PartsPerMillion / (PartsPerMillion + _drift)) + 1);

    /// <summary>Runs what is ready until nothing is. Only the world calls it.</summary>
    internal void RunReady()
    {
        _isReady = false;
        while (!IsFrozen && _turns.TryDequeue(out Task? turn))
        {
            TryExecuteTask(turn);
            if (turn.IsFaulted)
            {
                Failed?.Invoke(turn.Exception!.InnerException!);
            }

            _world.Turned?.Invoke(this);
        }
    }

    protected override void QueueTask(Task task)
    {
        if (IsAlive && !_world.IsOver && _world.IsHere(this))
        {
            _turns.Enqueue(task);
            Awake();
        }
    }

    // In the order in which they were made ready: nothing overtakes.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _turns;

    private TimeSpan Local(TimeSpan time) => new(time.Ticks + (time.Ticks * _drift / PartsPerMillion));

    private void Awake()
    {
        if (!_isReady && !IsFrozen)
        {
            _isReady = true;
            _world.Ready(this);
        }
    }
}
