namespace Headroom.Silo.Http.Shapes;

/// <summary>The cluster as it stands.</summary>
internal sealed record ClusterResource
{
    /// <summary>Its hosts, sorted by name.</summary>
    public required IReadOnlyList<HostResource> Hosts { get; init; }
}
