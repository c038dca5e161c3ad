namespace Headroom.Silo.Http.Shapes;

/// <summary>The cluster as it stands.</summary>
internal sealed record ClusterResource
{
    /// <summary>Its hosts that answered, sorted by name.</summary>
    public required IReadOnlyList<HostResource> Hosts { get; init; }

    /// <summary>The names of those that did not answer in time, sorted.</summary>
    public required IReadOnlyList<string> Unreachable { get; init; }
}
