namespace Headroom.AspNetCore;

/// <summary>Numbers of the log messages of this package.</summary>
internal static class LogEvents
{
    internal const int Refused = 6001;
    internal const int TooLarge = 6002;
}
