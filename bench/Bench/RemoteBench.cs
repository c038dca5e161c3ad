using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headroom.Contracts;
using Headroom.Remote;
using Spectre.Console;

namespace Headroom.Bench;

/// <summary>
/// Memory of another process on this machine, beside a bare TCP stream to that process, and beside a real Redis. Both
/// sides of a comparison take turns, so that both see the same weather; the median of the rounds is shown.
/// </summary>
internal static class RemoteBench
{
    private const long Size = 512L << 20;
    private const int BlockBytes = 4 << 20;
    private const int PageBytes = 4 << 10;
    private const int Rounds = 5;
    private static readonly int[] Concurrencies = [1, 16];

    /// <summary>Starts the second process and prints both comparisons.</summary>
    public static async Task RunAsync(Func<int> freePort)
    {
        (int memoryPort, int streamPort) = (freePort(), freePort());
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList =
            {
                "--lender", $"{memoryPort}", $"{streamPort}", Size.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            string[] words = (await child.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException("The lender ended.")).Split(' ');
            var part = new LoanPart
            {
                Host = "lender",
                Loan = new LoanId(long.Parse(words[0], CultureInfo.InvariantCulture), 1),
                Endpoint = $"127.0.0.1:{memoryPort}",
                Token = Convert.FromHexString(words[1]),
            };
            await using RemoteMemory memory = await RemoteMemory.OpenAsync(
                new Loan { Bytes = Size, Ttl = TimeSpan.FromMinutes(1), Parts = [part] },
                RemoteTimes.Default,
                TimeProvider.System,
                CancellationToken.None);
            await StreamAsync(memory, streamPort);
            await PagesAsync(memory, freePort());
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync();
        }
    }

    private static async Task StreamAsync(RemoteMemory memory, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        byte[] bytes = new byte[BlockBytes];
        Table table = new Table()
            .Title("512 MiB of remote memory, beside a bare TCP stream (two processes, loopback)")
            .AddColumns("operation", "MiB/s", "bare MiB/s", "ratio", "aim");
        await AddAsync(
            table, "write", () => WriteAsync(memory, bytes), () => BareAsync(socket, RemoteChild.Take, bytes));
        await AddAsync(
            table, "read", () => ReadAsync(memory, bytes), () => BareAsync(socket, RemoteChild.Send, bytes));
        AnsiConsole.Write(table);
    }

    private static async Task AddAsync(Table table, string name, Func<Task> ours, Func<Task> bare)
    {
        await ours();
        await bare();
        var our = new List<double>();
        var their = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            our.Add(await RateAsync(ours));
            their.Add(await RateAsync(bare));
        }

        (double a, double b) = (Median(our), Median(their));
        table.AddRow(name, Text(a), Text(b), Ratio(a / b), ">= 0.50");
    }

    private static async Task PagesAsync(RemoteMemory memory, int port)
    {
        await using RedisPages? redis = await RedisPages.StartAsync(port, PageBytes);
        if (redis is null)
        {
            AnsiConsole.WriteLine("4 KiB random reads beside Redis: skipped, because redis-server is not installed.");
            return;
        }

        Table table = new Table()
            .Title("Random reads of 4 KiB of remote memory, beside GET of 4 KiB from Redis (loopback)")
            .AddColumns(
                "at once", "per second", "p50 us", "p99 us", "GET /s", "GET p50", "GET p99", "p50 ratio", "aim");
        foreach (int concurrency in Concurrencies)
        {
            Func<Task> read = () => ReadPageAsync(memory);
            await Round.MeasureAsync(concurrency, read);
            await Round.MeasureAsync(concurrency, redis.GetAsync);
            var ours = new List<Round>();
            var theirs = new List<Round>();
            for (int round = 0; round < Rounds; round++)
            {
                ours.Add(await Round.MeasureAsync(concurrency, read));
                theirs.Add(await Round.MeasureAsync(concurrency, redis.GetAsync));
            }

            Round a = Round.Median(ours);
            Round b = Round.Median(theirs);
            table.AddRow(
                $"{concurrency}",
                Text(a.PerSecond),
                Text(a.P50Microseconds),
                Text(a.P99Microseconds),
                Text(b.PerSecond),
                Text(b.P50Microseconds),
                Text(b.P99Microseconds),
                Ratio(a.P50Microseconds / b.P50Microseconds),
                "<= 2.00");
        }

        AnsiConsole.Write(table);
    }

    private static async Task WriteAsync(RemoteMemory memory, byte[] bytes)
    {
        for (long at = 0; at < Size; at += bytes.Length)
        {
            await memory.WriteAsync(at, bytes);
        }
    }

    private static async Task ReadAsync(RemoteMemory memory, byte[] bytes)
    {
        for (long at = 0; at < Size; at += bytes.Length)
        {
            await memory.ReadAsync(at, bytes);
        }
    }

    // A read's buffer is new each time for Redis too: its client makes the value.
    private static async Task ReadPageAsync(RemoteMemory memory)
    {
        byte[] page = GC.AllocateUninitializedArray<byte>(PageBytes);
        await memory.ReadAsync(Random.Shared.NextInt64(Size - PageBytes), page);
    }

    private static async Task BareAsync(Socket socket, byte call, byte[] bytes)
    {
        await socket.SendAsync(new[] { call });
        Memory<byte> block = bytes.AsMemory(0, RemoteChild.BlockBytes);
        for (long at = 0; at < Size;)
        {
            int length = (int)Math.Min(block.Length, Size - at);
            at += call == RemoteChild.Take
                ? await socket.SendAsync(block[..length])
                : await socket.ReceiveAsync(block[..length]);
        }

        // Of what is sent, the last is there when the other end says so.
        if (call == RemoteChild.Take)
        {
            await socket.ReceiveAsync(block[..1]);
        }
    }

    private static async Task<double> RateAsync(Func<Task> operation)
    {
        long start = Stopwatch.GetTimestamp();
        await operation();
        return Size / Stopwatch.GetElapsedTime(start).TotalSeconds / (1 << 20);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Text(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Ratio(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
