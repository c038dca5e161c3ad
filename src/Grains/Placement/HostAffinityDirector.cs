using Orleans.Runtime.Placement;

namespace Headroom.Grains.Placement;

/// <summary>Decides where a grain of <see cref="HostAffinity"/> goes.</summary>
internal sealed class HostAffinityDirector(HostDirectory hosts) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString()!;
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? key : key[..slash];
        SiloAddress[] compatible = context.GetCompatibleSilos(target);
        return Task.FromResult(
            hosts.SiloOf(host) is { } home && compatible.Contains(home) ? home : Elsewhere(host, compatible));
    }

    // All grains of a host go to the same place, and every silo names the same one.
    internal static SiloAddress Elsewhere(string host, SiloAddress[] silos)
    {
        SiloAddress[] sorted = [.. silos.Order()];
        return sorted[(int)(StableHash(host) % (uint)sorted.Length)];
    }

    // FNV-1a: string hashes differ between processes.
    private static uint StableHash(string text)
    {
        uint hash = 2_166_136_261;
        foreach (char letter in text)
        {
            hash = unchecked((hash ^ letter) * 16_777_619);
        }

        return hash;
    }
}
