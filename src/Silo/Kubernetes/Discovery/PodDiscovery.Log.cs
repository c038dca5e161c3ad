namespace Headroom.Silo.Kubernetes.Discovery;

internal sealed partial class PodDiscovery
{
    [LoggerMessage(LogEvents.PassFailed, LogLevel.Warning,
        "Budgets could not be brought in step with the pods of this node; tried again.")]
    private static partial void LogFailed(ILogger logger, Exception error);

    [LoggerMessage(LogEvents.PassRecovered, LogLevel.Information, "Budgets are in step with the pods again.")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(LogEvents.CgroupsNotFound, LogLevel.Warning,
        "The cgroups of pods could not be found: {Reason}. Limits are taken from the API server, and use is not seen.")]
    private static partial void LogCgroupsNotFound(ILogger logger, string reason);

    [LoggerMessage(LogEvents.CgroupsFound, LogLevel.Information, "The cgroups of pods were found.")]
    private static partial void LogCgroupsFound(ILogger logger);

    [LoggerMessage(LogEvents.BudgetDeclared, LogLevel.Information,
        "Container {Container} was found, with a limit of {LimitBytes} bytes.")]
    private static partial void LogDeclared(ILogger logger, string container, long limitBytes);

    [LoggerMessage(LogEvents.BudgetForgotten, LogLevel.Information,
        "Container {Container} is gone, and so are its settings.")]
    private static partial void LogForgotten(ILogger logger, string container);

    [LoggerMessage(LogEvents.SettingRefused, LogLevel.Debug,
        "The host did not take {Field} of container {Container}: {Reason}.")]
    private static partial void LogRefused(ILogger logger, string field, string container, string reason);
}
