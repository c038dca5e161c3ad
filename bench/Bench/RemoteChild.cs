using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headroom.Silo.Lending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headroom.Bench;

/// <summary>The second process of the remote figures: lends memory, and is the other end of a bare stream.</summary>
internal static class RemoteChild
{
    /// <summary>A byte that asks the bare stream's other end to take what follows.</summary>
    public const byte Take = 1;

    /// <summary>A byte that asks the bare stream's other end to send.</summary>
    public const byte Send = 2;

    /// <summary>How much one call to the bare stream's socket moves.</summary>
    public const int BlockBytes = 256 << 10;

    /// <summary>
    /// Arguments: memory port, stream port, bytes. Prints "EPOCH TOKEN" and serves until its standard input closes.
    /// </summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var place = new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture));
        long bytes = long.Parse(args[2], CultureInfo.InvariantCulture);
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var memory = new PledgedMemory(
            new MemoryRoom("/proc", "/sys", TimeProvider.System), place.ToString(), TimeProvider.System);
        await using var server = new MemoryServer(
            place,
            memory,
            new LendingMetrics(services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLogger<MemoryServer>.Instance);
        await server.StartingAsync(CancellationToken.None);
        using var listener = new TcpListener(
            IPAddress.Loopback, int.Parse(args[1], CultureInfo.InvariantCulture));
        listener.Start();
        byte[]? token = await memory.AllocateAsync(1, bytes, CancellationToken.None);
        if (token is null)
        {
            await Console.Error.WriteLineAsync("There is no room for what the bench borrows.");
            return 1;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{memory.Epoch} {Convert.ToHexString(token)}"));
        Task stream = StreamAsync(listener, bytes);
        await Task.WhenAny(stream, Console.In.ReadToEndAsync());
        return 0;
    }

    private static async Task StreamAsync(TcpListener listener, long bytes)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        socket.NoDelay = true;
        byte[] one = new byte[1];
        byte[] block = new byte[BlockBytes];
        while (await socket.ReceiveAsync(one) == 1)
        {
            if (one[0] == Take)
            {
                for (long at = 0; at < bytes;)
                {
                    at += await socket.ReceiveAsync(block.AsMemory(0, (int)Math.Min(block.Length, bytes - at)));
                }

                await socket.SendAsync(one);
            }
            else
            {
                for (long at = 0; at < bytes;)
                {
                    at += await socket.SendAsync(block.AsMemory(0, (int)Math.Min(block.Length, bytes - at)));
                }
            }
        }
    }
}
