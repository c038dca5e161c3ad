namespace Headroom.Silo.Storage;

internal sealed partial class EmbeddedStore
{
    [LoggerMessage(StorageEvents.ClosedBroken, LogLevel.Warning,
        "The embedded store could not be closed in order; it recovers what it had acknowledged.")]
    private static partial void LogClosedBroken(ILogger logger, Exception error);
}
