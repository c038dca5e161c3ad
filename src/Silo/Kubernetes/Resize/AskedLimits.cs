using System.Collections.Concurrent;

namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>
/// The limits that this process asked for, by pod and container: known before the API server's word of it comes back.
/// Safe for use by several threads.
/// </summary>
internal sealed class AskedLimits
{
    private readonly ConcurrentDictionary<(string Uid, string Container), long> _asked = new();

    /// <summary>The last limit asked for each container.</summary>
    public IReadOnlyDictionary<(string Uid, string Container), long> All => _asked;

    /// <summary>Notes that a limit is asked for.</summary>
    public void Note(string uid, string container, long limitBytes) => _asked[(uid, container)] = limitBytes;

    /// <summary>Forgets what is not about these pods.</summary>
    public void KeepOnly(IReadOnlySet<string> uids)
    {
        foreach ((string Uid, string Container) key in _asked.Keys)
        {
            if (!uids.Contains(key.Uid))
            {
                _asked.TryRemove(key, out _);
            }
        }
    }
}
