using System.Net;
using System.Net.Sockets;

namespace Headroom.Support;

/// <summary>Waits for a server to take connections.</summary>
internal static class Listening
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when somebody listens on a port of the loopback address.</summary>
    /// <exception cref="InvalidOperationException">The server ended, or nobody listened in time.</exception>
    public static async Task UntilAsync(int port, ChildProcess server)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(Pause);
        while (!await IsAsync(port))
        {
            if (server.HasExited || limit.IsCancellationRequested)
            {
                throw new InvalidOperationException(
                    $"The server does not listen on port {port}:{Environment.NewLine}{server}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<bool> IsAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            // Nobody listens yet.
            return false;
        }
    }
}
