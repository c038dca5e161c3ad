namespace Headroom.Simulation.Tests.World;

/// <summary>A container as an operator declares it.</summary>
internal sealed record ContainerPlan(string Host, string Name)
{
    internal required long LimitBytes { get; init; }

    internal required long GuaranteeBytes { get; init; }

    internal required long? QuotaBytes { get; init; }

    /// <summary>Whether its cgroup can be read.</summary>
    internal required bool HasCgroup { get; init; }

    internal required IReadOnlyList<SubsystemRow> Subsystems { get; init; }

    /// <summary>What the kernel enforces: the limit is this less the margin.</summary>
    internal long HardLimitBytes => LimitBytes / 9 * 10;

    internal string Key => $"{Host}/{Name}";
}
