using Microsoft.Extensions.Logging;

namespace Headroom.Grains.Budgets;

internal sealed partial class SubsystemGrain
{
    [LoggerMessage(LogEvents.SubsystemBudgetFailed, LogLevel.Warning,
        "The container's authority did not answer a request of {Subsystem}.")]
    private static partial void LogBudgetFailed(ILogger logger, string subsystem, Exception error);
}
