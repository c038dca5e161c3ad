namespace Headroom.Silo.Kubernetes;

/// <summary>The event ids of Kubernetes: 1400 to 1499.</summary>
internal static class LogEvents
{
    public const int LimitFailed = 1431;
}
