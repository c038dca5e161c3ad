namespace Headroom.Silo.Kubernetes.Api;

internal sealed partial class PodWatch
{
    [LoggerMessage(LogEvents.WatchFailed, LogLevel.Warning,
        "The pods of node {Node} could not be followed: {Reason}. What is known of them stays; tried again with "
        + "growing pauses.")]
    private static partial void LogFailed(ILogger logger, string node, string reason);

    [LoggerMessage(LogEvents.WatchForbidden, LogLevel.Error,
        "The API server does not let this silo list and watch pods, so that no pod of node {Node} is found: {Reason}. "
        + "See deploy/k8s/base/rbac.yaml; tried again ever more seldom.")]
    private static partial void LogForbidden(ILogger logger, string node, string reason);

    [LoggerMessage(LogEvents.WatchRecovered, LogLevel.Information, "The pods of node {Node} are followed again.")]
    private static partial void LogRecovered(ILogger logger, string node);

    [LoggerMessage(LogEvents.PodsUnread, LogLevel.Warning,
        "{Pods} pods of node {Node} are of a shape that is not understood; they are passed over.")]
    private static partial void LogUnread(ILogger logger, int pods, string node);
}
