namespace Headroom.Simulation.Tests.Cluster;

/// <summary>Names a grain.</summary>
internal readonly record struct GrainKey(GrainKind Kind, string Name)
{
    /// <summary>The host that the grain belongs to.</summary>
    internal string Host => Name.Split('/', 2)[0];

    public override string ToString() => $"{Kind} {Name}";
}
