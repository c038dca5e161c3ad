using System.Globalization;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests;

/// <summary>
/// A process in a real cgroup whose heap is full of dead objects: they come off what may be granted, until it collects
/// them because somebody waits. And its runtime learns of a limit that was raised.
/// </summary>
[Trait("Kind", "Process")]
public sealed class HeapTests
{
    private const string Host = "heap-host";
    private const string Container = "heaps";
    private const long Mebibyte = 1L << 20;
    private const long Limit = 512 * Mebibyte;
    private const long Dropped = 256 * Mebibyte;

    // More than fits beside what was dropped, and less than fits without.
    private const long Asked = 256 * Mebibyte;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waiting_DeadObjectsFillTheContainer_AreCollectedAndItIsGranted()
    {
        using MemoryCgroup cgroup = Make();
        await using SiloProcess silo = await StartAsync(cgroup, waitSeconds: 25);
        await using ChildProcess heap = await DropAsync(silo, cgroup, collects: true);
        await using HeadroomClient client = await ConnectAsync(silo, TimeSpan.FromSeconds(20));

        using MemoryLease lease = await client.Subsystem("waits").AcquireAsync(Asked, Urgency.RiskyToFail, Stop);

        JsonElement seen = await new Api(silo, Host).ContainerAsync(Container);
        Assert.True(Api.Number(seen, "untrackedBytes") < Dropped, seen.ToString());
        await new Api(silo, Host).AssertAuditAsync();

        // By default a runtime takes three quarters of its container's limit.
        cgroup.LimitBytes = 2 * Limit;
        while (await LimitAsync(heap) < 2 * Limit / 4 * 3)
        {
        }
    }

    // That it was the collection: without it nothing of this comes back.
    [Fact]
    public async Task Waiting_TheProcessDoesNotCollect_IsRefused()
    {
        using MemoryCgroup cgroup = Make();
        await using SiloProcess silo = await StartAsync(cgroup, waitSeconds: 3);
        await using ChildProcess heap = await DropAsync(silo, cgroup, collects: false);
        await using HeadroomClient client = await ConnectAsync(silo, TimeSpan.FromSeconds(1));

        MemoryRefusedException refused = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => client.Subsystem("waits").AcquireAsync(Asked, Urgency.RiskyToFail, Stop).AsTask());

        Assert.Equal(RefusalReason.NotEnoughMemory, refused.Reason);
    }

    private static MemoryCgroup Make()
    {
        MemoryCgroup? cgroup = MemoryCgroup.TryMake();
        Assert.SkipWhen(cgroup is null, "a memory cgroup cannot be made here");
        cgroup.LimitBytes = Limit;
        return cgroup;
    }

    private static async Task<SiloProcess> StartAsync(MemoryCgroup cgroup, int waitSeconds)
    {
        SiloProcess silo = await SiloProcess.StartAsync(
            $"--Headroom:Host:Name={Host}",
            "--Headroom:Session:Ttl=00:00:05",
            $"--Headroom:Urgency:RiskyToFail:WaitSeconds={waitSeconds}");
        await new Api(silo, Host).PutContainerAsync(Container, new { limitBytes = Limit, cgroup = cgroup.Path });
        return silo;
    }

    private static Task<HeadroomClient> ConnectAsync(SiloProcess silo, TimeSpan more) => HeadroomClient.ConnectAsync(
        new HeadroomOptions
        {
            Host = Host,
            Container = Container,
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
            MaxIdleCreditBytes = 0,

            // It waits for this much longer than the five seconds of its urgency.
            CallTimeout = more,
        },
        cancellationToken: Stop);

    // Until a reading of the machine has seen what was dropped as memory that nobody leased, and the process has said
    // with a renewal that it has it.
    private static async Task<ChildProcess> DropAsync(SiloProcess silo, MemoryCgroup cgroup, bool collects)
    {
        ChildProcess heap = cgroup.Start(
            BuiltProgram.LoadClient,
            "drop", $"127.0.0.1:{silo.GatewayPort}", Host, Container, $"{Dropped}", $"{collects}");
        try
        {
            await UntilSaidAsync(heap, "holding");
            heap.CloseInput();
            await UntilSaidAsync(heap, "dropped");
            JsonElement seen = default;
            await Api.UntilAsync(
                async () =>
                {
                    seen = await new Api(silo, Host).ContainerAsync(Container);
                    return Api.Number(seen, "untrackedBytes") > Dropped && Api.Number(seen, "residentBytes") > Dropped;
                },
                Patience,
                "untracked and resident bytes",
                () => Task.FromResult($"{seen}"));
            return heap;
        }
        catch
        {
            await heap.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> UntilSaidAsync(ChildProcess heap, string word)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        try
        {
            string line;
            do
            {
                line = await heap.Lines.ReadAsync(limit.Token);
            }
            while (!line.StartsWith(word, StringComparison.Ordinal));
            return line[word.Length..];
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
            Assert.Fail($"The process did not say {word} within {Patience}: {heap}");
            throw;
        }
    }

    private static async Task<long> LimitAsync(ChildProcess heap) =>
        long.Parse(await UntilSaidAsync(heap, "limit "), CultureInfo.InvariantCulture);
}
