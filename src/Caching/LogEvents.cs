namespace Headroom.Caching;

/// <summary>Numbers of the cache's log messages.</summary>
internal static class LogEvents
{
    internal const int GaveBack = 3101;
    internal const int GrowthFailed = 3102;
    internal const int CallbackFailed = 3103;
}
