namespace Headroom.Manifests.Tests;

/// <summary>A port of a service that is asked for metrics.</summary>
public sealed class ServiceMonitorEndpoint
{
    public string Port { get; set; } = "";

    public string Path { get; set; } = "";

    public string Interval { get; set; } = "";
}
