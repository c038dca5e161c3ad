using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>How a subsystem stands at its authority, and who wants to know of changes.</summary>
internal sealed partial class StateWatch(string subsystem, ILogger logger)
{
    private readonly Lock _lock = new();
    private Task _told = Task.CompletedTask;
    private ImmutableArray<Action<SubsystemState>> _handlers = [];
    private int _current;

    internal SubsystemState Current => (SubsystemState)Volatile.Read(ref _current);

    internal IDisposable Add(Action<SubsystemState> handler)
    {
        ImmutableInterlocked.Update(ref _handlers, handlers => handlers.Add(handler));
        return new Registration(() => ImmutableInterlocked.Update(ref _handlers, handlers => handlers.Remove(handler)));
    }

    /// <summary>Tells the handlers, off the caller's thread, when it changed.</summary>
    internal void Set(SubsystemState state)
    {
        lock (_lock)
        {
            if (Interlocked.Exchange(ref _current, (int)state) == (int)state)
            {
                return;
            }

            // One after another: who hears of two changes hears of the last one last.
            LogChanged(logger, subsystem, state);
            _told = _told.ContinueWith(_ => Call(state), TaskScheduler.Default);
        }
    }

    private void Call(SubsystemState state)
    {
        foreach (Action<SubsystemState> handler in _handlers)
        {
            try
            {
                handler(state);
            }
            catch (Exception error)
            {
                // The application's code: the others are told all the same.
                LogHandlerFailed(logger, subsystem, error);
            }
        }
    }
}
