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
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Another process may take a port between its choice and its use.
    private const int Tries = 3;

    private readonly TemporaryFolder _store = new();
    private readonly string[] _arguments;
    private readonly List<ChildProcess> _children = [];

    private SiloProcess(SiloPlace place, string[] arguments)
    {
        Place = place;
        _arguments = arguments;
    }

    /// <summary>Where it runs.</summary>
    public SiloPlace Place { get; }

    /// <summary>Where its HTTP routes are.</summary>
    public Uri Address => new($"http://{Place.Address}:{HttpPort}");

    /// <summary>Where clients of the SDK find it.</summary>
    public string Gateway => $"{Place.Address}:{GatewayPort}";

    /// <summary>The program that runs when it is started the next time; this repository's, unless set.</summary>
    public string Program { get; set; } = BuiltProgram.Silo;

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
    public static Task<SiloProcess> StartAsync(params string[] arguments) => StartAsync(SiloPlace.Here, arguments);

    /// <summary>Starts a silo somewhere and waits until it is ready.</summary>
    /// <param name="place">Where.</param>
    /// <param name="arguments">More of its command line.</param>
    /// <param name="program">The program; null for that of this repository.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; the message has its
    /// output.</exception>
    public static async Task<SiloProcess> StartAsync(SiloPlace place, string[] arguments, string? program = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            var silo = new SiloProcess(place, arguments)
            {
                Program = program ?? BuiltProgram.Silo,
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
        $"--Headroom:Cluster:Address={Place.Address}",
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
        string[] command = [.. Place.Enter, "dotnet", Program, .. CommandLine];
        _children.Add(ChildProcess.StartFile(command[0], command[1..]));
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

    /// <summary>Whether it says that it should be sent work.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(ProbeLimit);
            using HttpResponseMessage response = await Http.GetAsync("/healthz/ready", limit.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // Nobody listens yet, or it does not answer.
            return false;
        }
    }
}
