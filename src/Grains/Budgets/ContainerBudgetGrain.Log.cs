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

    [LoggerMessage(LogEvents.LastResort, LogLevel.Error,
        "Must-succeed could not be met for {Subsystem} of {Budget}: its last resort is {State}. "
        + "{Bytes} bytes for \"{Reason}\" waited for {Waited}.")]
    private static partial void LogLastResort(
        ILogger logger, string budget, string subsystem, SubsystemState state, long bytes, string reason,
        TimeSpan waited);

    [LoggerMessage(LogEvents.StillWaiting, LogLevel.Error,
        "{Subsystem} of {Budget} still waits for {Bytes} bytes of must-succeed for \"{Reason}\", since {Waited}.")]
    private static partial void LogStillWaiting(
        ILogger logger, string budget, string subsystem, long bytes, string reason, TimeSpan waited);

    [LoggerMessage(LogEvents.Lifted, LogLevel.Information,
        "{Subsystem} of {Budget} came back from its last resort after {Lasted}.")]
    private static partial void LogLifted(ILogger logger, string budget, string subsystem, TimeSpan lasted);

    [LoggerMessage(LogEvents.HolderOverdue, LogLevel.Warning,
        "{Holder} of {Subsystem} in {Budget} did not give back {Bytes} bytes in time; "
        + "it gets nothing below must-succeed until it does.")]
    private static partial void LogOverdue(
        ILogger logger, string budget, string subsystem, string holder, long bytes);
}
