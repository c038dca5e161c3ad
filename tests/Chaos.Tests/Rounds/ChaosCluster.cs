using System.Net;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Rounds;

/// <summary>
/// Silos as processes, each in a network namespace of its own where that is possible, on one Redis server behind a
/// proxy; and client processes that work at all hosts.
/// </summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    /// <summary>How many hosts.</summary>
    public const int Hosts = 3;

    /// <summary>The container that all clients use, on each host.</summary>
    public const string Container = "chaos";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MendLimit = TimeSpan.FromSeconds(120);

    private readonly ClusterOfSilos _cluster;
    private readonly long _began = TimeProvider.System.GetTimestamp();

    private ChaosCluster(HostNetwork? network, RedisServer store, DelayingProxy proxy, ClusterOfSilos cluster)
    {
        Network = network;
        Store = store;
        Proxy = proxy;
        _cluster = cluster;
    }

    /// <summary>The network between the silos; null where none can be made.</summary>
    public HostNetwork? Network { get; }

    /// <summary>The store.</summary>
    public RedisServer Store { get; }

    /// <summary>Between the silos and the store.</summary>
    public DelayingProxy Proxy { get; }

    /// <summary>The silos, in the order of their hosts.</summary>
    public IReadOnlyList<SiloProcess> Silos => _cluster.Silos;

    /// <summary>What is being struck.</summary>
    public Claims Claims { get; } = new();

    /// <summary>The client processes of this round.</summary>
    public List<ChildProcess> Clients { get; } = [];

    /// <summary>Where the clients find the silos.</summary>
    public string Gateways => string.Join(',', Silos.Select(silo => silo.Gateway));

    /// <summary>Starts silos and store.</summary>
    /// <param name="seed">Of the faults of calls.</param>
    /// <param name="network">Whether the silos get a network of their own; needs root.</param>
    public static async Task<ChaosCluster> StartAsync(int seed, bool network)
    {
        HostNetwork? hosts = network ? await HostNetwork.StartAsync(Hosts) : null;
        RedisServer store = await RedisServer.StartAsync();
        string address = hosts?.Address ?? "127.0.0.1";
        var proxy = new DelayingProxy(store.Port, IPAddress.Parse(address));
        ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            store,
            Hosts,
            host => Settings(host, seed),
            store.ConnectionStringAt(address, proxy.Port),
            hosts is null ? null : hosts.Place);
        return new ChaosCluster(hosts, store, proxy, cluster);
    }

    /// <summary>The name of a host, counted from 0.</summary>
    public static string HostName(int host) => $"host-{host + 1}";

    /// <summary>Writes a line of the test's output, with the time since the start.</summary>
    public void Log(string line) => TestContext.Current.TestOutputHelper!.WriteLine(
        $"{TimeProvider.System.GetElapsedTime(_began).TotalSeconds:000.0} {line}");

    /// <summary>Starts one client process more.</summary>
    public void StartClient(int sessions, int seed)
    {
        ChildProcess client = ChildProcess.Start(
            BuiltProgram.LoadClient,
            "chaos",
            Gateways,
            string.Join(',', Enumerable.Range(0, Hosts).Select(HostName)),
            Container,
            $"{sessions}",
            $"{seed}");
        lock (Clients)
        {
            Clients.Add(client);
        }
    }

    /// <summary>Waits until all clients have their sessions.</summary>
    public async Task UntilWorkingAsync()
    {
        foreach (ChildProcess client in Clients.ToArray())
        {
            await Api.UntilAsync(
                () => Task.FromResult(client.Output.Contains("working") || client.HasExited),
                MendLimit,
                "a client that works",
                () => Task.FromResult($"{client}"));
        }
    }

    /// <summary>Starts what ended, until every silo answers and sees every host.</summary>
    public async Task MendAsync()
    {
        string seen = "";
        string before = "";
        await Api.UntilAsync(
            async () =>
            {
                before = seen;
                seen = "";
                for (int host = 0; host < Hosts; host++)
                {
                    seen += $"{HostName(host)}: {await MendAsync(host)}; ";
                }

                if (seen != before)
                {
                    Log(seen);
                }

                return !seen.Contains("not", StringComparison.Ordinal);
            },
            MendLimit,
            "silos that see each other",
            () => Task.FromResult(
                seen + string.Join(Environment.NewLine, Silos.Select(silo => $"{silo.Process.Output.TakeLast(20)}"))));
    }

    /// <summary>Tries to start a silo that ended, until it is ready.</summary>
    public async Task RestartAsync(int host)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await Silos[host].RestartAsync();
                TimeSpan took = TimeProvider.System.GetElapsedTime(begin);
                Log($"{HostName(host)} started again, in {took.TotalSeconds:0.0} s");
                return;
            }
            catch (InvalidOperationException error) when (TimeProvider.System.GetElapsedTime(begin) < MendLimit)
            {
                // Another fault keeps it from starting.
                Log($"{HostName(host)} could not start: {error.Message.Split(Environment.NewLine)[^1]}");
                await Silos[host].KillAsync();
                await PauseAsync(Pause);
            }
        }
    }

    /// <summary>Waits.</summary>
    public static async Task PauseAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess client in Clients)
        {
            await client.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        await Proxy.DisposeAsync();
        if (Network is not null)
        {
            await Network.DisposeAsync();
        }
    }

    private async Task<string> MendAsync(int host)
    {
        SiloProcess silo = Silos[host];
        if (silo.Process.HasExited)
        {
            Log($"{HostName(host)} had ended by itself");
            await RestartAsync(host);
        }

        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            string answer = await silo.Http.GetStringAsync("/v1/cluster", limit.Token);
            using var cluster = JsonDocument.Parse(answer);
            return cluster.RootElement.GetProperty("unreachable").GetArrayLength() == 0
                && cluster.RootElement.GetProperty("hosts").GetArrayLength() == Hosts ? "well" : $"not well: {answer}";
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return $"not answering: {error.Message}";
        }
    }

    // Faults of calls are always there, at one of the hosts, a few in a hundred calls.
    private static string[] Settings(string host, int seed) =>
    [
        "--Headroom:Host:CapacityBytes=1073741824",
        "--Headroom:Host:ReserveBytes=134217728",
        "--Headroom:Host:PledgedBytes=67108864",
        "--Headroom:Session:Ttl=00:00:02",
        "--Headroom:Chaos:Enabled=true",
        .. host != HostName(Hosts - 1) ? Array.Empty<string>() :
        [
            "--Headroom:Chaos:Calls:FaultRate=0.01",
            "--Headroom:Chaos:Calls:LatencyRate=0.02",
            "--Headroom:Chaos:Calls:LatencyMilliseconds=300",
            "--Headroom:Chaos:Calls:OutcomeRate=0.01",
            "--Headroom:Chaos:Calls:LostAnswerRate=0.02",
            $"--Headroom:Chaos:Calls:Seed={seed}",
        ],
    ];
}
