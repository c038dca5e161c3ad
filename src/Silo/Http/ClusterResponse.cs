namespace Headroom.Silo.Http;

/// <summary>Answer of <c>GET /v1/cluster</c>.</summary>
/// <param name="Hosts">The hosts, by name.</param>
internal sealed record ClusterResponse(IReadOnlyList<HostResponse> Hosts);
