using Headroom.Grains.Placement;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>The members of the cluster as one silo believes them to be.</summary>
internal sealed class SiloView(SimCluster cluster, SimSilo silo) : IHostDirectory
{
    private readonly SortedDictionary<string, SimSilo> _up = new(StringComparer.Ordinal) { [silo.Host] = silo };

    public string Local => silo.Host;

    public IReadOnlyList<string> Hosts => cluster.HostNames;

    public IReadOnlyCollection<SimSilo> Up => _up.Values;

    public bool IsUp(string host) => _up.ContainsKey(host);

    /// <summary>The silo of a host; null when it is believed dead.</summary>
    public SimSilo? SiloOf(string host) => _up.GetValueOrDefault(host);

    /// <summary>A silo that joined, or is found to be alive.</summary>
    public void Add(SimSilo other)
    {
        if (!_up.TryGetValue(other.Host, out SimSilo? known) || known.Life < other.Life)
        {
            _up[other.Host] = other;
        }
    }

    /// <summary>A silo was found dead.</summary>
    public void Remove(SimSilo other)
    {
        if (other != silo && _up.GetValueOrDefault(other.Host) == other)
        {
            _up.Remove(other.Host);
        }
    }
}
