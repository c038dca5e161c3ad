using System.Globalization;
using System.Security.Cryptography;

namespace Headroom.Support;

/// <summary>
/// Several silos as real processes, each with a host of its own, on a store that they share. All of it is gone when
/// this is disposed.
/// </summary>
public sealed class ClusterOfSilos : IAsyncDisposable
{
    private readonly ISharedStore _store;
    private readonly string[] _shared;
    private readonly List<SiloProcess> _silos = [];

    private ClusterOfSilos(ISharedStore store, string connectionString)
    {
        _store = store;
        _shared =
        [
            $"--Headroom:Cluster:Provider={store.Provider}",
            $"--Headroom:Cluster:ConnectionString={connectionString}",
            $"--Headroom:Cluster:Key={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        ];
    }

    /// <summary>The silos; the first one serves <c>host-1</c>, and so on.</summary>
    public IReadOnlyList<SiloProcess> Silos => _silos;

    /// <summary>The silo of a host.</summary>
    public SiloProcess this[string host] =>
        _silos[int.Parse(host.AsSpan("host-".Length), CultureInfo.InvariantCulture) - 1];

    /// <summary>Starts silos of hosts <c>host-1</c>, <c>host-2</c> and so on, and waits until all are ready.</summary>
    /// <param name="store">The store; disposed with the cluster.</param>
    /// <param name="hosts">How many silos.</param>
    /// <param name="arguments">More for the command line of each.</param>
    public static Task<ClusterOfSilos> StartAsync(ISharedStore store, int hosts, params string[] arguments) =>
        StartAsync(store, hosts, _ => arguments);

    /// <summary>Starts silos whose settings differ.</summary>
    /// <param name="store">The store; disposed with the cluster.</param>
    /// <param name="hosts">How many silos.</param>
    /// <param name="arguments">More for the command line of the silo of a host.</param>
    /// <param name="connectionString">Where the silos find the store; null for where it is.</param>
    /// <param name="place">Where the silo of a host runs, hosts counted from 0; null for here.</param>
    /// <param name="program">Their program; null for that of this repository.</param>
    public static async Task<ClusterOfSilos> StartAsync(
        ISharedStore store,
        int hosts,
        Func<string, string[]> arguments,
        string? connectionString = null,
        Func<int, SiloPlace>? place = null,
        string? program = null)
    {
        var cluster = new ClusterOfSilos(store, connectionString ?? store.ConnectionString);
        Task<SiloProcess>[] starts =
        [
            .. Enumerable.Range(0, hosts)
                .Select(index => (Place: place?.Invoke(index) ?? SiloPlace.Here, Host: $"host-{index + 1}"))
                .Select(silo => SiloProcess.StartAsync(
                    silo.Place, [.. cluster.ArgumentsOf(silo.Host), .. arguments(silo.Host)], program)),
        ];
        try
        {
            cluster._silos.AddRange(await Task.WhenAll(starts));
            return cluster;
        }
        catch
        {
            foreach (Task<SiloProcess> start in starts.Where(start => start.IsCompletedSuccessfully))
            {
                cluster._silos.Add(await start);
            }

            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The part of the command line that makes a silo serve a host in this cluster.</summary>
    public string[] ArgumentsOf(string host) => [.. _shared, $"--Headroom:Host:Name={host}"];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Killed, all at once: nothing of them is needed any more, and the store goes, too.
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        await _store.DisposeAsync();
    }
}
