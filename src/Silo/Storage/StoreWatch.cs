using System.Net.Sockets;

namespace Headroom.Silo.Storage;

/// <summary>
/// Starts the embedded store again when its log is broken. After a write to its disk failed, because that was full, it
/// closes every connection on which something is written, and goes on so when there is room again.
/// </summary>
internal sealed partial class StoreWatch(
    EmbeddedStore store, StoreFolder folder, TimeProvider time, ILogger<StoreWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    // Once may be the connection; a store that is only slow closes none.
    private const int Closings = 2;

    // "+OK" and the end of the line.
    private const int AnswerBytes = 5;

    // A page of the log, which is what it writes at least.
    private const int RoomBytes = 4 << 20;

    // Only a write waits for the log. It is a few bytes of it, and always the same key.
    private static readonly byte[] Write = "*3\r\n$3\r\nSET\r\n$14\r\nheadroom/watch\r\n$1\r\n1\r\n"u8.ToArray();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        int closings = 0;
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            closings = await IsClosedAsync(stoppingToken) ? closings + 1 : 0;
            if (closings >= Closings && HasRoom())
            {
                LogReviving(logger, folder.Path);
                await store.ReviveAsync(stoppingToken);
                closings = 0;
            }
        }
    }

    private async Task<bool> IsClosedAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(AnswerLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        using Socket socket = store.NewSocket();
        try
        {
            await socket.ConnectAsync(store.Place, either.Token);
            await socket.SendAsync(Write, either.Token);
            return await socket.ReceiveAsync(new byte[AnswerBytes], either.Token) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            // Slow, or over.
            return false;
        }
    }

    private bool HasRoom()
    {
        string file = Path.Combine(folder.Path, "room");
        try
        {
            using FileStream room = File.Create(file, RoomBytes, FileOptions.DeleteOnClose);
            room.Write(new byte[RoomBytes]);
            room.Flush(flushToDisk: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
