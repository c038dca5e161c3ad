using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Headroom.Silo.Lending;

/// <summary>
/// Serves the memory of loans to their borrowers. It listens before anything is lent, and until everything else has
/// stopped.
/// </summary>
internal sealed partial class MemoryServer(
    IPEndPoint place,
    PledgedMemory memory,
    LendingMetrics metrics,
    TimeProvider time,
    ILogger<MemoryServer> logger) : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>Time from one look at the connections to the next; a borrower pings as often.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Silent for so many beats, a borrower is dead: as long as the cluster takes to find a dead silo.
    /// </summary>
    public const int MostSilentBeats = 3;

    // Those that have not shown a token yet. A hello is there a round trip after the connection.
    private const int MaxGuests = 64;

    // How long the kernel lets connections queue while all threads are busy.
    private const int Backlog = 128;

    private readonly ConcurrentDictionary<MemoryConnection, Task> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;
    private Task _work = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var listener = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(place);
            listener.Listen(Backlog);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        LogListening(listener.LocalEndPoint!);
        _work = Task.WhenAll(AcceptAsync(listener), WatchAsync());
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener?.Dispose();
        await _work;
        foreach (MemoryConnection connection in _connections.Keys)
        {
            connection.Close(CloseReason.Stopped);
        }

        await Task.WhenAll(_connections.Values);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                Welcome(socket);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                // A borrower that went away in the queue, or no file descriptors left: the next beat tries again, and
                // the loop does not spin meanwhile.
                LogAcceptFailed(error);
                await Task.Delay(Beat, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Welcome(Socket socket)
    {
        var connection = new MemoryConnection(socket, memory, metrics);
        if (_connections.Keys.Count(other => !other.IsWelcome) >= MaxGuests)
        {
            connection.Close(CloseReason.Crowded);
            connection.Dispose();
            metrics.Closed(CloseReason.Crowded);
            return;
        }

        var serve = new Task<Task>(() => ServeAsync(connection));
        _connections[connection] = serve.Unwrap();
        serve.Start(TaskScheduler.Default);
    }

    private async Task ServeAsync(MemoryConnection connection)
    {
        try
        {
            await connection.ServeAsync();
        }
        catch (Exception error)
        {
            // A fault of this program ends one connection, not the silo; it is there to be seen.
            LogServeFailed(error);
        }

        _connections.TryRemove(connection, out _);
        metrics.Closed(connection.Reason);
        LogClosed(connection.Reason);
        connection.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (MemoryConnection connection in _connections.Keys)
                {
                    connection.Beat(MostSilentBeats);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
