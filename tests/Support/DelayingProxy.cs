using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Headroom.Support;

/// <summary>
/// A TCP proxy to the loopback address that hands on each piece of what it gets after a delay, in order, both ways.
/// </summary>
public sealed class DelayingProxy : IAsyncDisposable
{
    private const int PieceBytes = 16 * 1024;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private long _delayTicks;

    /// <summary>Listens on a free port.</summary>
    /// <param name="target">The port of the loopback address that it leads to.</param>
    /// <param name="address">Where it listens; null for the loopback address.</param>
    public DelayingProxy(int target, IPAddress? address = null)
    {
        _target = target;
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long each piece is held back, from the next one on.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
            {
                lines.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        using (caller)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            caller.NoDelay = server.NoDelay = true;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, end.Token);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                // Nobody listens there, or it is over: the caller finds its connection closed.
                return;
            }

            Task[] both = [PassAsync(caller, server, end.Token), PassAsync(server, caller, end.Token)];
            await Task.WhenAny(both);
            await end.CancelAsync();
            await Task.WhenAll(both);
        }
    }

    private async Task PassAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var pieces = Channel.CreateUnbounded<(long At, byte[] Bytes)>();
        Task sending = SendAsync(pieces.Reader, to, cancellationToken);
        var buffer = new byte[PieceBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and int count)
            {
                pieces.Writer.TryWrite((TimeProvider.System.GetTimestamp(), buffer[..count]));
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // Closed by one side, or over: so is the other one.
            return;
        }
        finally
        {
            pieces.Writer.Complete();
            await sending;
        }
    }

    private async Task SendAsync(
        ChannelReader<(long At, byte[] Bytes)> pieces, Socket to, CancellationToken cancellationToken)
    {
        try
        {
            await foreach ((long at, byte[] bytes) in pieces.ReadAllAsync(cancellationToken))
            {
                TimeSpan left = Delay - TimeProvider.System.GetElapsedTime(at);
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left, cancellationToken);
                }

                await to.SendAsync(bytes, cancellationToken);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // Nobody is there to take the rest.
            return;
        }
    }
}
