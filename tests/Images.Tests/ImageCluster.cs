using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Images.Tests;

/// <summary>
/// Three silos from the image, each with a network namespace, a host name and a memory limit of its own, on a real
/// store; and clients that work at all hosts. Gone when it is disposed.
/// </summary>
internal sealed class ImageCluster : IAsyncDisposable
{
    /// <summary>How many hosts.</summary>
    public const int Hosts = 3;

    private const string Work = "images";
    private const long LimitBytes = 512L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private readonly HostNetwork _network;
    private readonly ISharedStore _store;
    private readonly DelayingProxy _proxy;
    private readonly List<SiloContainer> _silos = [];
    private readonly List<ChildProcess> _clients = [];
    private readonly long _began = TimeProvider.System.GetTimestamp();

    private ImageCluster(HostNetwork network, ISharedStore store)
    {
        _network = network;
        _store = store;
        _proxy = new DelayingProxy(store.Port, IPAddress.Parse(network.Address));
    }

    /// <summary>Starts store and silos.</summary>
    public static async Task<ImageCluster> StartAsync(Podman podman, string provider)
    {
        var cluster = new ImageCluster(
            await HostNetwork.StartAsync(Hosts),
            provider == "Redis" ? await RedisServer.StartAsync() : await PostgreSqlServer.StartAsync());
        try
        {
            await cluster.StartSilosAsync(podman);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a line of the test's output, with the time since the start.</summary>
    public void Log(string line) => TestContext.Current.TestOutputHelper!.WriteLine(
        $"{TimeProvider.System.GetElapsedTime(_began).TotalSeconds:000.0} {line}");

    /// <summary>Starts a client process with sessions at all hosts, and waits until they work.</summary>
    public async Task StartClientAsync(int sessions, int seed)
    {
        ChildProcess client = ChildProcess.Start(
            BuiltProgram.LoadClient,
            "chaos",
            string.Join(',', _silos.Select(silo => silo.Gateway)),
            string.Join(',', _silos.Select(silo => silo.Host)),
            Work,
            $"{sessions}",
            $"{seed}");
        _clients.Add(client);
        await Wait.UntilAsync(
            () => Task.FromResult(client.Output.Contains("working") ? null : $"{client}"),
            Limit,
            "a client that works");
    }

    /// <summary>Ends the clients. Each says that nothing happened to it that should not.</summary>
    public async Task EndClientsAsync()
    {
        _clients.ForEach(client => client.CloseInput());
        foreach (ChildProcess client in _clients)
        {
            int code = await client.ExitAsync(TestContext.Current.CancellationToken);
            Assert.True(code == 0, $"a client ended with {code}: {client}");
            Log(client.Output[^1]);
        }
    }

    /// <summary>Cuts a host off from all others and the store.</summary>
    public Task CutAsync(int host) => _network.CutAsync(host);

    /// <summary>Ends <see cref="CutAsync"/>.</summary>
    public Task JoinAsync(int host) => _network.JoinAsync(host);

    /// <summary>Ends a silo as a crash would.</summary>
    public Task KillAsync(int host) => _silos[host].Container.KillAsync();

    /// <summary>How many requests of a host the silos of the others counted: those that they answered for it.</summary>
    public async Task<double> RequestsElsewhereAsync(int host)
    {
        double requests = 0;
        foreach (SiloContainer other in _silos.Where((_, index) => index != host))
        {
            requests += (await LinesAsync(other, "headroom_requests_", _silos[host].Host))
                .Sum(line => double.Parse(line[line.LastIndexOf('}')..].Split(' ')[1], CultureInfo.InvariantCulture));
        }

        return requests;
    }

    /// <summary>Waits until another silo stands in for a host: it counts more of its requests than before.</summary>
    public Task UntilStoodInAsync(int host, double before) => Wait.UntilAsync(
        async () => await RequestsElsewhereAsync(host) > before ? null : $"still {before} requests",
        Limit,
        $"a stand-in for {_silos[host].Host}");

    /// <summary>Waits until a silo has ended, as it does when it hears that it was given up.</summary>
    public Task UntilEndedAsync(int host) => Wait.UntilAsync(
        async () => await _silos[host].Container.IsRunningAsync() ? "it runs" : null,
        Limit,
        $"the end of the silo of {_silos[host].Host}");

    /// <summary>
    /// Starts what ended, as a cluster does, until all silos see all hosts and each serves its own.
    /// </summary>
    public Task MendAsync() => Wait.UntilAsync(WhyNotMendedAsync, Limit, "three silos that serve their own hosts");

    /// <summary>Waits until the audit finds nothing, asked at each silo.</summary>
    public Task UntilSoundAsync() => UntilAtAllAsync(
        async silo =>
        {
            JsonElement audit = await silo.GetAsync("/v1/audit");
            return audit.GetProperty("ok").GetBoolean() ? null : $"{audit}";
        },
        "audit ok");

    /// <summary>Waits until nothing is leased, drawn or allotted any more.</summary>
    public Task UntilFreeAsync() => UntilAtAllAsync(
        async silo =>
        {
            JsonElement host = await silo.GetAsync($"/v1/hosts/{silo.Host}");
            long held = ((string[])["allottedBytes", "creditBytes", "ghostBytes"])
                .Sum(name => host.GetProperty(name).GetInt64());
            return held == 0 ? null : $"{host}";
        },
        "everything free");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess client in _clients)
        {
            await client.DisposeAsync();
        }

        foreach (SiloContainer silo in _silos)
        {
            await silo.DisposeAsync();
        }

        await _proxy.DisposeAsync();
        await _store.DisposeAsync();
        await _network.DisposeAsync();
    }

    private async Task StartSilosAsync(Podman podman)
    {
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        for (int host = 0; host < Hosts; host++)
        {
            _silos.Add(await SiloContainer.CreateAsync(
                podman,
                _network.Place(host),
                $"host-{host + 1}",
                LimitBytes,
                [],
                $"Headroom__Cluster__Provider={_store.Provider}",
                $"Headroom__Cluster__ConnectionString={_store.ConnectionStringAt(_network.Address, _proxy.Port)}",
                $"Headroom__Cluster__Key={key}",
                "Headroom__Host__PledgedBytes=16777216",
                "Headroom__Session__Ttl=00:00:02"));
        }

        await Task.WhenAll(_silos.Select(silo => silo.StartAsync()));
        Log("three silos are ready");
    }

    private async Task<string?> WhyNotMendedAsync()
    {
        foreach (SiloContainer silo in _silos)
        {
            if (!await silo.Container.IsRunningAsync())
            {
                Log($"{silo.Host} had ended, and starts again");
                await silo.StartAsync();
                Log($"{silo.Host} is ready");
            }

            JsonElement seen = await silo.GetAsync("/v1/cluster");
            if (seen.GetProperty("unreachable").GetArrayLength() > 0
                || seen.GetProperty("hosts").GetArrayLength() != Hosts
                || (await LinesAsync(silo, "headroom_host_capacity_bytes{", silo.Host)).Length == 0)
            {
                return $"{silo.Host}: {seen}";
            }
        }

        return null;
    }

    // A silo that was cut off may find out only now that the others gave it up: then it ends, and starts again.
    private Task UntilAtAllAsync(Func<SiloContainer, Task<string?>> whyNot, string expected) => Wait.UntilAsync(
        async () =>
        {
            if (await WhyNotMendedAsync() is { } broken)
            {
                return broken;
            }

            foreach (SiloContainer silo in _silos)
            {
                if (await whyNot(silo) is { } why)
                {
                    return $"{silo.Host}: {why}";
                }
            }

            return null;
        },
        Limit,
        expected);

    // The lines of a silo's metrics that are about a host.
    private static async Task<string[]> LinesAsync(SiloContainer silo, string name, string host)
    {
        string metrics = await silo.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return
        [
            .. metrics.Split('\n').Where(line =>
                line.StartsWith(name, StringComparison.Ordinal)
                && line.Contains($"host=\"{host}\"", StringComparison.Ordinal)),
        ];
    }
}
