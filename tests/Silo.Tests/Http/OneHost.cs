using Headroom.Silo.Http.Budgets;

namespace Headroom.Silo.Tests.Http;

/// <summary>
/// A cluster of the one host that the doubles stand for; whoever lends to it is up unless a test says not.
/// </summary>
internal sealed class OneHost(GrainDoubles grains) : IClusterView
{
    public IReadOnlyList<string> Hosts { get; } = [GrainDoubles.HostName];

    public bool IsUp(string host) => !grains.Down.Contains(host);
}
