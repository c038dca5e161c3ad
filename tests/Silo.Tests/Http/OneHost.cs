using Headroom.Silo.Http.Budgets;

namespace Headroom.Silo.Tests.Http;

/// <summary>A cluster of the one host that the doubles stand for.</summary>
internal sealed class OneHost : IClusterView
{
    public IReadOnlyList<string> Hosts { get; } = [GrainDoubles.HostName];
}
