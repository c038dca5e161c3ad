namespace Headroom.Simulation.Tests.World;

/// <summary>A client process: where, and how it behaves.</summary>
internal sealed record ClientPlan(int Number, ContainerPlan Container)
{
    /// <summary>Whether its silo can look at its process.</summary>
    internal required bool IsWitnessed { get; init; }

    /// <summary>Whether it gives back what is asked of it.</summary>
    internal required bool Complies { get; init; }

    /// <summary>What it does in a second.</summary>
    internal required double Eagerness { get; init; }

    /// <summary>The largest lease that it asks for.</summary>
    internal required long MostBytes { get; init; }

    internal required TimeSpan StartsAt { get; init; }
}
