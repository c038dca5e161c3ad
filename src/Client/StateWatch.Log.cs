using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class StateWatch
{
    [LoggerMessage(LogEvents.StateChanged, LogLevel.Warning, "Subsystem {Subsystem} is in state {State} now")]
    private static partial void LogChanged(ILogger logger, string subsystem, SubsystemState state);

    [LoggerMessage(LogEvents.StateHandlerFailed, LogLevel.Error, "A state handler of subsystem {Subsystem} failed")]
    private static partial void LogHandlerFailed(ILogger logger, string subsystem, Exception exception);
}
