using System.Globalization;

namespace Headroom.Support;

/// <summary>
/// A real PostgreSQL server with an empty database, on a free port, with its data in a temporary folder. It refuses to
/// run as root, so where the tests are root it runs as the user <c>postgres</c> of the Debian package.
/// </summary>
public sealed class PostgreSqlServer : ISharedStore
{
    private const string Packaged = "/usr/lib/postgresql";
    private const string User = "postgres";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _server;

    /// <inheritdoc/>
    public string Provider => "PostgreSql";

    /// <inheritdoc/>
    public string ConnectionString => ConnectionStringAt("127.0.0.1", Port);

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    private string Data => Path.Combine(_folder.Path, "data");

    /// <summary>Starts a server and waits until it takes connections.</summary>
    public static async Task<PostgreSqlServer> StartAsync()
    {
        var server = new PostgreSqlServer();
        try
        {
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public string ConnectionStringAt(string address, int port) =>
        $"Host={address};Port={port};Database=postgres;Username=headroom";

    /// <inheritdoc/>
    public void Freeze()
    {
        // The server first, so that it starts nothing more. What it started ends by itself when its client has gone.
        PosixKill.Stop(_server!.Id);
        foreach (int child in ProcessTree.ChildrenOf(_server.Id))
        {
            PosixKill.StopIfThere(child);
        }
    }

    /// <inheritdoc/>
    public void Thaw()
    {
        foreach (int child in ProcessTree.ChildrenOf(_server!.Id))
        {
            PosixKill.ContinueIfThere(child);
        }

        PosixKill.Continue(_server.Id);
    }

    /// <inheritdoc/>
    public async Task KillAsync()
    {
        IReadOnlyList<int> children = ProcessTree.ChildrenOf(_server!.Id);
        await _server.KillAsync();
        foreach (int child in children)
        {
            PosixKill.KillIfThere(child);
        }

        await ProcessTree.UntilGoneAsync(children);
    }

    /// <inheritdoc/>
    public async Task RestartAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _server = AsUser(
            "postgres",
            "-D", Data,
            "-p", Port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=",
            "-c", "fsync=off");
        await UntilReadyAsync(_server);
    }

    /// <summary>Runs SQL.</summary>
    /// <exception cref="InvalidOperationException">A statement failed.</exception>
    public Task RunAsync(string sql) => FinishAsync(AsUser(
        "psql",
        "--host=127.0.0.1",
        $"--port={Port}",
        "--username=headroom",
        "--dbname=postgres",
        "--set=ON_ERROR_STOP=1",
        "--quiet",
        $"--command={sql}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // Killed, it would leave its own children behind for a while; told to quit, it takes them along at once.
            if (!_server.HasExited)
            {
                Thaw();
                PosixKill.Quit(_server.Id);
                await _server.ExitAsync();
            }

            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task RunAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await FinishAsync(ChildProcess.StartFile("chown", User, _folder.Path));
        }

        await FinishAsync(AsUser(
            "initdb", "-D", Data, "-U", "headroom", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"));
        await RestartAsync();
    }

    private static async Task UntilReadyAsync(ChildProcess server)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(Pause);
        while (!server.Errors.Any(line => line.Contains("ready to accept connections", StringComparison.Ordinal)))
        {
            if (server.HasExited || limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"PostgreSQL did not start:{Environment.NewLine}{server}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task FinishAsync(ChildProcess child)
    {
        await using (child)
        {
            if (await child.ExitAsync() != 0)
            {
                throw new InvalidOperationException($"A step at the database failed:{Environment.NewLine}{child}");
            }
        }
    }

    private static ChildProcess AsUser(string program, params string[] arguments)
    {
        string path = Find(program);

        // It replaces itself by the program, so that the id of the process is the server's.
        return Environment.IsPrivilegedProcess
            ? ChildProcess.StartFile(
                "setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", path, .. arguments])
            : ChildProcess.StartFile(path, arguments);
    }

    // Debian keeps each version in a folder of its own, which is not on the path.
    private static string Find(string program) => Directory.Exists(Packaged)
        ? Directory.GetDirectories(Packaged)
            .Select(folder => Path.Combine(folder, "bin", program))
            .Where(File.Exists)
            .Max() ?? program
        : program;
}
