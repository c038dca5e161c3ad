using Microsoft.Extensions.Logging;

namespace Headroom.Grains.Budgets;

internal sealed partial class ContainerBudgetGrain
{
    [LoggerMessage(LogEvents.ContainerHostFailed, LogLevel.Warning,
        "The host's authority did not answer the budget {Budget}; "
        + "it grants from its allotment until its authority lease ends.")]
    private static partial void LogHostFailed(ILogger logger, string budget, Exception error);

    [LoggerMessage(LogEvents.ContainerFenced, LogLevel.Warning,
        "Another activation is the authority over {Budget} now; this one stopped.")]
    private static partial void LogFenced(ILogger logger, string budget);

    [LoggerMessage(LogEvents.ContainerBroken, LogLevel.Critical,
        "The books of {Budget} broke an invariant; the budget starts again from its durable allotment.")]
    private static partial void LogBroken(ILogger logger, string budget, Exception error);

    [LoggerMessage(LogEvents.LearningEnded, LogLevel.Information,
        "The budget {Budget} learned what its clients hold: {HeldBytes} of {AllottedBytes} bytes; "
        + "{GhostBytes} are not yet seen gone.")]
    private static partial void LogLearned(
        ILogger logger, string budget, long heldBytes, long allottedBytes, long ghostBytes);
}
