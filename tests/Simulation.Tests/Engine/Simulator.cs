namespace Headroom.Simulation.Tests.Engine;

/// <summary>
/// The clock of the world and what is to happen in it. One thread; what happens at the same moment happens in the order
/// in which it was asked for.
/// </summary>
internal sealed class Simulator(Trace trace)
{
    private readonly PriorityQueue<Action, (long At, long Number)> _agenda = new(4096);
    private readonly Queue<SimProcess> _ready = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;

    /// <summary>True time since the world began; processes have clocks of their own.</summary>
    internal TimeSpan Now { get; private set; }

    /// <summary>What happened so far: one for each entry of the agenda.</summary>
    internal long Steps { get; private set; }

    internal Trace Trace => trace;

    /// <summary>
    /// Whether the world is over. What it leaves behind is collected, and finalizers of timers run, on another thread.
    /// </summary>
    internal bool IsOver { get; private set; }

    /// <summary>A process of which something left the thread of the world; null for none.</summary>
    internal string? Strayed { get; private set; }

    /// <summary>Called after each turn of a process.</summary>
    internal Action<SimProcess>? Turned { get; set; }

    internal void After(TimeSpan delay, Action action) =>
        _agenda.Enqueue(action, (Now.Ticks + Math.Max(0, delay.Ticks), ++_number));

    /// <summary>Does the next thing; false when there is none before <paramref name="until"/>.</summary>
    internal bool Step(TimeSpan until)
    {
        RunReady();
        if (!_agenda.TryPeek(out Action? action, out (long At, long) next) || next.At > until.Ticks)
        {
            Now = until;
            return false;
        }

        _agenda.Dequeue();
        Now = new TimeSpan(next.At);
        Steps++;
        trace.Count(next.At);
        action();
        RunReady();
        return true;
    }

    internal void End() => IsOver = true;

    /// <summary>Whether the thread is that of the world. What left it cannot be replayed.</summary>
    internal bool IsHere(SimProcess process)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return true;
        }

        Strayed = process.Name;
        return false;
    }

    private void RunReady()
    {
        while (_ready.TryDequeue(out SimProcess? process))
        {
            process.RunReady();
        }
    }

    /// <summary>A process has something to run before time goes on.</summary>
    internal void Ready(SimProcess process)
    {
        _ready.Enqueue(process);
    }
}
