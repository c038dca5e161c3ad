using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using Headroom.Samples.Demo.Limits;

namespace Headroom.Samples.Demo.Runs;

/// <summary>A silo as a process of its own, outside of the limited group.</summary>
internal sealed class SiloProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Confinement _confinement;
    private readonly string[] _arguments;
    private ChildProgram? _child;

    private SiloProgram(Confinement confinement, string host, int httpPort, int gatewayPort, string[] arguments)
    {
        _confinement = confinement;
        _arguments = arguments;
        Host = host;
        Gateway = $"127.0.0.1:{gatewayPort}";
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
    }

    /// <summary>The assembly of the silo.</summary>
    internal static string Assembly { get; } = typeof(SiloProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Headroom.Silo").Value!;

    /// <summary>The host that it serves.</summary>
    internal string Host { get; }

    /// <summary>Where clients find it.</summary>
    internal string Gateway { get; }

    /// <summary>Time of a processor that its present process took.</summary>
    internal TimeSpan ProcessorTime => _child!.ProcessorTime;

    private HttpClient Http { get; }

    /// <summary>Starts one and waits until it is ready.</summary>
    internal static async Task<SiloProgram> StartAsync(
        Confinement confinement, string host, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        int http = FreePort();
        int gateway = FreePort();
        SiloProgram silo = new(confinement, host, http, gateway,
        [
            $"--urls=http://127.0.0.1:{http}",
            $"--Headroom:Host:Name={host}",
            $"--Headroom:Cluster:SiloPort={FreePort()}",
            $"--Headroom:Cluster:GatewayPort={gateway}",
            $"--Headroom:Cluster:MemoryPort={FreePort()}",
            .. arguments,
        ]);
        try
        {
            await silo.RestartAsync(cancellationToken);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>A port that nobody listens on now.</summary>
    internal static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it on its ports and store, and waits until it is ready.</summary>
    internal async Task RestartAsync(CancellationToken cancellationToken)
    {
        ChildProgram child = ChildProgram.Start(_confinement, Assembly, _arguments);
        _child = child;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        using PeriodicTimer timer = new(Pause);
        while (!await IsReadyAsync(limit.Token))
        {
            if (child.HasExited)
            {
                throw new InvalidOperationException($"The silo of {Host} did not start: {child.Errors}");
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Ends it as a crash would: SIGKILL.</summary>
    internal async Task KillAsync()
    {
        _child!.Kill();
        await _child.Exited;
    }

    /// <summary>Lets it stand still where it is.</summary>
    internal void Freeze() => _child!.Freeze();

    /// <summary>Lets it go on.</summary>
    internal void Thaw() => _child!.Thaw();

    /// <summary>Sets what a route names.</summary>
    internal Task PutAsync(string route, object body, CancellationToken cancellationToken)
        => DoneAsync(Http.PutAsJsonAsync(route, body, cancellationToken), cancellationToken);

    /// <summary>Does what a route names.</summary>
    internal Task PostAsync(string route, object body, CancellationToken cancellationToken)
        => DoneAsync(Http.PostAsJsonAsync(route, body, cancellationToken), cancellationToken);

    /// <summary>What the audit finds; empty when all is well.</summary>
    internal async Task<IReadOnlyList<string>> AuditAsync(CancellationToken cancellationToken)
    {
        using JsonDocument audit = JsonDocument.Parse(await Http.GetStringAsync("/v1/audit", cancellationToken));
        return [.. audit.RootElement.GetProperty("violations").EnumerateArray().Select(found => found.ToString())];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_child is not null)
        {
            await _child.DisposeAsync();
        }

        Http.Dispose();
    }

    private static async Task DoneAsync(Task<HttpResponseMessage> call, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await call;
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(
                $"{answer.RequestMessage?.RequestUri}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync("/healthz/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Nobody listens yet.
            return false;
        }
    }
}
