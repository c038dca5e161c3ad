using System.Net;
using System.Net.Sockets;
using Headroom.Contracts;

namespace Headroom.Remote.Tests;

/// <summary>A line between a borrower and a lender that a test can cut: what is cut is reset on both sides.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _lender;
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _work = [];
    private bool _closed;

    private Line(LoanPart part)
    {
        _lender = IPEndPoint.Parse(part.Endpoint);
        _listener.Start();
        Part = part with { Endpoint = _listener.LocalEndpoint.ToString()! };
        _work.Add(AcceptAsync());
    }

    /// <summary>The part, as it is reached through this line.</summary>
    public LoanPart Part { get; }

    /// <summary>How often the borrower has connected.</summary>
    public int Connections { get; private set; }

    /// <summary>Lays a line to the lender of a part.</summary>
    public static Line To(LoanPart part) => new(part);

    /// <summary>Resets all connections; new ones may come.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (Socket socket in _sockets)
            {
                socket.Close(0);
            }

            _sockets.Clear();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _listener.Stop();
        Cut();
        Task[] work;
        lock (_gate)
        {
            work = [.. _work];
        }

        await Task.WhenAll(work);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket borrower = await _listener.AcceptSocketAsync();
                var lender = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                borrower.NoDelay = true;
                lock (_gate)
                {
                    Connections++;
                    _sockets.AddRange([borrower, lender]);
                    _work.Add(JoinAsync(borrower, lender));
                }

                if (_closed)
                {
                    Cut();
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task JoinAsync(Socket borrower, Socket lender)
    {
        try
        {
            await lender.ConnectAsync(_lender);
            await Task.WhenAll(CopyAsync(borrower, lender), CopyAsync(lender, borrower));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Cut, or one side has ended.
        }
        finally
        {
            borrower.Close(0);
            lender.Close(0);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is var length and > 0)
            {
                for (int at = 0; at < length;)
                {
                    at += await to.SendAsync(buffer.AsMemory(at, length - at));
                }
            }
        }
        finally
        {
            from.Close(0);
            to.Close(0);
        }
    }
}
