namespace Headroom.Silo.Storage;

internal sealed partial class StoreWatch
{
    [LoggerMessage(StorageEvents.Reviving, LogLevel.Warning,
        "The embedded store in {Folder} answered nothing any more, and was started again from its log.")]
    private static partial void LogReviving(ILogger logger, string folder);
}
