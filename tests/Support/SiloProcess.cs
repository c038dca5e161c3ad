using System.Net;

namespace Headroom.Support;

/// <summary>
/// A silo as a real process, on free ports and with a store folder of its own, which outlives restarts and is gone when
/// this is disposed.
/// </summary>
public sealed class SiloProcess : IAsyncDisposable
{
    // Generous beside the second or two that a start takes: the machine may be busy with other tests.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Another process may take a port between its choice and its use.
    private const int Tries = 3;

    private readonly TemporaryFolder _store = new();
    private readonly string[] _arguments;
    private readonly List<ChildProcess> _children = [];

    private SiloProcess(string[] arguments) => _arguments = arguments;

    /// <summary>Where its HTTP routes are.</summary>
    public Uri Address => new($"http://127.0.0.1:{HttpPort}");

    /// <summary>The port of its HTTP routes.</summary>
    public int HttpPort { get; private set; }

    /// <summary>The port that clients of the SDK connect to.</summary>
    public int GatewayPort { get; private set; }

    /// <summary>The port that other silos connect to.</summary>
    public int SiloPort { get; private set; }

    /// <summary>The port on which memory is served.</summary>
    public int MemoryPort { get; private set; }

    /// <summary>The folder of its embedded store.</summary>
    public string StorePath => _store.Path;

    /// <summary>A client with the silo's address as its base.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>The process that runs now, or ran last.</summary>
    public ChildProcess Process => _children[^1];

    /// <summary>Starts a silo and waits until it is ready.</summary>
    /// <param name="arguments">More of its command line, such as <c>--Headroom:Host:CapacityBytes=1000000</c>.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; the message has its
    /// output.</exception>
    public static async Task<SiloProcess> StartAsync(params string[] arguments)
    {
        for (int attempt = 1; ; attempt++)
        {
            var silo = new SiloProcess(arguments)
            {
                HttpPort = FreePort.Next(),
                GatewayPort = FreePort.Next(),
                SiloPort = FreePort.Next(),
                MemoryPort = FreePort.Next(),
            };
            silo.Http.BaseAddress = silo.Address;
            try
            {
                await silo.RestartAsync();
                return silo;
            }
            catch (InvalidOperationException) when (attempt < Tries && silo.LostItsPort)
            {
                await silo.DisposeAsync();
            }
            catch
            {
                await silo.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>The command line of a silo on these ports and this store.</summary>
    public string[] CommandLine =>
    [
        $"--urls={Address}",
        $"--Headroom:Cluster:SiloPort={SiloPort}",
        $"--Headroom:Cluster:GatewayPort={GatewayPort}",
        $"--Headroom:Cluster:MemoryPort={MemoryPort}",
        $"--Headroom:Store:Path={StorePath}",
        .. _arguments,
    ];

    private bool LostItsPort => Process.HasExited && Process.ToString().Contains("in use", StringComparison.Ordinal);

    /// <summary>
    /// Starts it again on the same ports and store, and waits until it is ready. The one before must have ended.
    /// </summary>
    public async Task RestartAsync()
    {
        _children.Add(ChildProcess.Start(BuiltProgram.Silo, CommandLine));
        using var limit = new CancellationTokenSource(StartLimit);
        using var timer = new PeriodicTimer(Pause);
        while (!await IsReadyAsync())
        {
            if (Process.HasExited || limit.IsCancellationRequested)
            {
                string how = Process.HasExited ? $"ended with {await Process.ExitAsync()}" : "was not ready in time";
                throw new InvalidOperationException($"The silo {how} while it started:{Environment.NewLine}{Process}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Ends it as a crash would: SIGKILL.</summary>
    public Task<int> KillAsync() => Process.KillAsync();

    /// <summary>Asks it to stop: SIGTERM.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> TerminateAsync(CancellationToken cancellationToken = default) =>
        Process.TerminateAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess child in _children)
        {
            await child.DisposeAsync();
        }

        Http.Dispose();
        _store.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage response = await Http.GetAsync("/healthz/ready");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Nobody listens yet.
            return false;
        }
    }
}
