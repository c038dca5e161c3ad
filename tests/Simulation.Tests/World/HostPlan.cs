namespace Headroom.Simulation.Tests.World;

/// <summary>A machine and what its silo is set to.</summary>
internal sealed record HostPlan(string Name)
{
    internal required long CapacityBytes { get; init; }

    internal required long ReserveBytes { get; init; }

    internal required long PledgedBytes { get; init; }

    /// <summary>What the machine has beyond the capacity.</summary>
    internal required long SpareBytes { get; init; }

    internal required IReadOnlyList<ContainerPlan> Containers { get; init; }
}
