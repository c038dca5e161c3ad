using Headroom.Silo.Monitoring;

namespace Headroom.Silo.Options;

/// <summary>The section <c>Headroom</c>: one property for each feature, named as its section.</summary>
internal sealed class HeadroomSettings
{
    public HostSettings Host { get; set; } = new();

    public UrgencySettings Urgency { get; set; } = new();

    public SessionSettings Session { get; set; } = new();

    public DefaultSettings Defaults { get; set; } = new();

    public ClusterSettings Cluster { get; set; } = new();

    public StoreSettings Store { get; set; } = new();

    public ChaosSettings Chaos { get; set; } = new();

    public MonitorOptions Monitor { get; set; } = new();

    public KubernetesSettings Kubernetes { get; set; } = new();
}
