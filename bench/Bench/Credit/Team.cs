namespace Headroom.Bench.Credit;

/// <summary>Threads that stay, so that what is measured is their work and not their start.</summary>
internal sealed class Team : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Action? _work;

    public Team(int size)
    {
        _barrier = new Barrier(size + 1);
        _threads = [.. Enumerable.Range(0, size).Select(_ => new Thread(Loop) { IsBackground = true })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Has each do the same work once; returns when all have.</summary>
    public void Run(Action work)
    {
        _work = work;
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
    }

    public void Dispose()
    {
        _work = null;
        _barrier.SignalAndWait();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _barrier.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_work is not { } work)
            {
                return;
            }

            work();
            _barrier.SignalAndWait();
        }
    }
}
