using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using StackExchange.Redis;
using Tsavorite.core;

namespace Headroom.Silo.Storage;

/// <summary>
/// A Garnet server inside this process, reached over a socket file that only its owner may open (or over TCP, where it
/// is to be shared), with the data in the store folder. An answer to a write means that its record
/// is in the append-only file on disk, so it is found again after the process was killed.
/// </summary>
internal sealed partial class EmbeddedStore : IHostedService, IAsyncDisposable
{
    // The server blocks a pool thread while it waits for a commit, and the commit needs another one. The pool starts
    // with one for each core and adds to that only twice a second, which was seen as writes that took 0.6 s on two
    // cores.
    private const int PoolThreads = 16;

    private const int SpilledFiles = 4;

    private readonly StoreFolder _folder;
    private readonly StoreShape _shape;
    private readonly ILoggerFactory _loggers;
    private readonly SocketPlace? _socket;
    private readonly EndPoint _place;
    private readonly SemaphoreSlim _turn = new(1);
    private GarnetServer? _server;

    public EmbeddedStore(StoreFolder folder, StoreShape shape, ILoggerFactory loggers)
        : this(folder, shape, loggers, null)
    {
    }

    /// <summary>A store that other processes reach, too.</summary>
    /// <param name="folder">Where the data is.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="place">Where it listens; null for the socket file.</param>
    public EmbeddedStore(StoreFolder folder, StoreShape shape, ILoggerFactory loggers, IPEndPoint? place)
    {
        _folder = folder;
        _shape = shape;
        _loggers = loggers;
        _socket = place is null ? SocketPlace.For(folder.Path) : null;
        _place = place ?? (EndPoint)new UnixDomainSocketEndPoint(_socket!.Path);
    }

    /// <summary>Where it listens.</summary>
    public EndPoint Place => _place;

    /// <summary>How to connect to this store.</summary>
    public ConfigurationOptions ConnectionOptions => new()
    {
        EndPoints = { _place },
        ClientName = "headroom",
        AbortOnConnectFail = true,

        // It is in this process: when it does not take a connection at once, it is not there.
        ConnectTimeout = 2_000,
        ConnectRetry = 1,
    };

    /// <summary>Recovers what was acknowledged before, and answers from then on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Recovery reads files synchronously, and the host must be able to answer a signal meanwhile.
        _server = await Task.Run(Serve, cancellationToken);
    }

    /// <summary>Commits and closes the store. Does nothing when it is not running.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (_server is { } server)
            {
                _server = null;
                await CloseAsync(server, commit: true, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Closes a store whose log is broken and starts another one from what that one acknowledged. Does nothing when it
    /// is not running.
    /// </summary>
    public async Task ReviveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_server is { } broken)
            {
                await CloseAsync(broken, commit: false, cancellationToken);
                _server = await Task.Run(Serve, CancellationToken.None);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A socket of the kind that it listens on.</summary>
    public Socket NewSocket() => _socket is null
        ? new Socket(_place.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    // A log that is broken cannot be committed, and may not be closed without complaint: what was acknowledged is on
    // disk already.
    private async Task CloseAsync(GarnetServer server, bool commit, CancellationToken cancellationToken)
    {
        try
        {
            if (commit)
            {
                await server.Store.CommitAOFAsync(cancellationToken);
            }
        }
        catch (Exception error)
        {
            LogClosedBroken(_loggers.CreateLogger<EmbeddedStore>(), error);
        }

        try
        {
            await Task.Run(() => server.Dispose(deleteDir: false), CancellationToken.None);
        }
        catch (Exception error)
        {
            LogClosedBroken(_loggers.CreateLogger<EmbeddedStore>(), error);
        }

        _socket?.Remove();
    }

    private GarnetServer Serve()
    {
        var server = new GarnetServer(Options(), _loggers);
        try
        {
            server.Start();
            return server;
        }
        catch
        {
            server.Dispose(deleteDir: false);
            throw;
        }
    }

    private GarnetServerOptions Options() => new()
    {
        EndPoints = [_place],
        UnixSocketPath = _socket?.Path,
        UnixSocketPermission = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        QuietMode = true,
        DisablePubSub = true,

        // The grain storage provider compares and swaps with a script; only as a transaction is that one step, both for
        // other writers and in the append-only file.
        EnableLua = true,
        LuaOptions = new LuaOptions(),
        LuaTransactionMode = true,

        // Zero: every write starts a commit at once; and its answer waits until that commit is on disk.
        EnableAOF = true,
        CommitFrequencyMs = 0,
        WaitForCommit = true,
        Recover = true,

        // A store that recovered only in part looks like one whose hosts have allotted nothing. Better not to start.
        FailOnRecoveryError = true,

        // The native device needs libaio, which is not on every machine.
        DeviceType = DeviceType.RandomAccess,
        EnableStorageTier = true,
        LogDir = _folder.Path,
        CheckpointDir = _folder.Path,

        ThreadPoolMinThreads = PoolThreads,

        // Records that spill to disk are appended too. At each checkpoint the oldest files of them are gone through,
        // what is still alive in them moves to the end, and the next checkpoint deletes them.
        CompactionType = LogCompactionType.Scan,
        CompactionMaxSegments = SpilledFiles,

        IndexMemorySize = _shape.Index,
        LogMemorySize = _shape.Memory,
        PageSize = _shape.Page,
        SegmentSize = _shape.Page,
        ObjectLogSegmentSize = "16m",
        AofMemorySize = _shape.LogMemory,
        AofPageSize = _shape.LogPage,
        AofSegmentSize = _shape.LogSegment,
        AofSizeLimit = _shape.LogLimit,
        AofSizeLimitEnforceFrequencySecs = _shape.LogCheckSeconds,
        BufferPoolMemoryBudget = _shape.LogMemory,
    };
}
