using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>How a subsystem stands at its authority, and who wants to know of changes.</summary>
internal sealed partial class StateWatch(string subsystem, ILogger logger)
{
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
        if (Interlocked.Exchange(ref _current, (int)state) == (int)state)
        {
            return;
        }

        LogChanged(logger, subsystem, state);
        foreach (Action<SubsystemState> handler in _handlers)
        {
            _ = Task.Run(() => Call(handler, state));
        }
    }

    private void Call(Action<SubsystemState> handler, SubsystemState state)
    {
        try
        {
            handler(state);
        }
        catch (Exception error)
        {
            LogHandlerFailed(logger, subsystem, error);
        }
    }

    [LoggerMessage(LogEvents.StateChanged, LogLevel.Warning, "Subsystem {Subsystem} is in state {State} now")]
    private static partial void LogChanged(ILogger logger, string subsystem, SubsystemState state);

    [LoggerMessage(LogEvents.StateHandlerFailed, LogLevel.Error, "A state handler of subsystem {Subsystem} failed")]
    private static partial void LogHandlerFailed(ILogger logger, string subsystem, Exception exception);
}
