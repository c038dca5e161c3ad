using System.Runtime.CompilerServices;

namespace Headroom.LoadClient;

/// <summary>A process whose heap is full of dead objects that no lease stands for.</summary>
internal static class DroppedHeap
{
    private const int ObjectBytes = 4096;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string gateway, string host, string container, long bytes, bool collects)
    {
        var options = new HeadroomOptions
        {
            Gateway = gateway,
            Host = host,
            Container = container,
            MaxIdleCreditBytes = 0,
            CollectWhenAsked = collects,
        };
        await using HeadroomClient client = await HeadroomClient.ConnectAsync(options);
        MemoryLease lease = await client.Subsystem("heap").AcquireAsync(bytes, Urgency.SafeToFail);
        await FillAsync(bytes);
        lease.Dispose();
        Console.WriteLine("dropped");

        using var timer = new PeriodicTimer(Poll);
        long limit = 0;
        do
        {
            long seen = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            if (seen != limit)
            {
                limit = seen;
                Console.WriteLine($"limit {limit}");
            }
        }
        while (await timer.WaitForNextTickAsync());

        return 0;
    }

    // Of its own, so that nothing of the caller's frame keeps the objects.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FillAsync(long bytes)
    {
        byte[][] objects = new byte[bytes / ObjectBytes][];
        for (int i = 0; i < objects.Length; i++)
        {
            objects[i] = new byte[ObjectBytes];
            objects[i].AsSpan().Fill(1);
        }

        // What lives long is not collected in passing.
        GC.Collect();
        Console.WriteLine($"holding {bytes}");
        await Console.In.ReadToEndAsync();
        GC.KeepAlive(objects);
    }
}
