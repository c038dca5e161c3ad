namespace Headroom.Simulation.Tests.World;

/// <summary>Somebody who asks for leases without a session, as HTTP clients do.</summary>
internal sealed record CallerPlan(int Number, ContainerPlan Container)
{
    internal required long MostBytes { get; init; }

    internal required TimeSpan Ttl { get; init; }
}
