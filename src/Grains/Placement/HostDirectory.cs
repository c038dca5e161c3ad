using System.Collections.Frozen;

namespace Headroom.Grains.Placement;

/// <summary>
/// The hosts as the cluster's membership has them: a silo's name is its host's. Hosts of silos that are dead stay known
/// for as long as the membership lists them.
/// </summary>
internal sealed class HostDirectory(ISiloStatusOracle silos) : IHostDirectory
{
    private volatile Picture? _picture;

    /// <inheritdoc/>
    public string Local => silos.SiloName;

    /// <inheritdoc/>
    public IReadOnlyList<string> Hosts => Current().Hosts;

    /// <inheritdoc/>
    public bool IsUp(string host) => Current().Up.ContainsKey(host);

    /// <summary>The active silo of a host; null when there is none.</summary>
    public SiloAddress? SiloOf(string host) => Current().Up.GetValueOrDefault(host);

    // The oracle answers with the same dictionary until the membership changes.
    private Picture Current()
    {
        Dictionary<SiloAddress, SiloStatus> statuses = silos.GetApproximateSiloStatuses();
        if (_picture is { } picture && ReferenceEquals(picture.Source, statuses))
        {
            return picture;
        }

        var hosts = new SortedSet<string>(StringComparer.Ordinal) { Local };
        var up = new Dictionary<string, SiloAddress>(StringComparer.Ordinal);
        foreach ((SiloAddress silo, SiloStatus status) in statuses)
        {
            if (!silos.TryGetSiloName(silo, out string? name))
            {
                continue;
            }

            hosts.Add(name);

            // Of two silos of one host the newer one counts: the other is being found dead.
            if (status == SiloStatus.Active
                && (!up.TryGetValue(name, out SiloAddress? other) || other.Generation < silo.Generation))
            {
                up[name] = silo;
            }
        }

        return _picture = new Picture(statuses, [.. hosts], up.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private sealed record Picture(
        Dictionary<SiloAddress, SiloStatus> Source, string[] Hosts, FrozenDictionary<string, SiloAddress> Up);
}
