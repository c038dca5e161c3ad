using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Headroom.Remote;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>
/// A host with nothing left, and two that lend: real processes, real bytes, and either side of a loan killed.
/// </summary>
[Trait("Kind", "Process")]
public sealed class LoanTests
{
    private const string Home = "host-1";
    private const string Container = "c";
    private const long Mebibyte = 1L << 20;
    private const long Capacity = 512 * Mebibyte;
    private const long Pledged = 400 * Mebibyte;
    private const int Large = 256 << 20;
    private const int Small = 32 << 20;
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] Lenders = ["host-2", "host-3"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AcquireMustSucceed_HostFull_BytesAreKeptByAnotherHost()
    {
        await using ClusterOfSilos cluster = await StartAsync();
        await using FullHost full = await FullHost.FillAsync(cluster[Home], Home);
        await using HeadroomClient client = await FullHost.ConnectAsync(cluster[Home], Home, Container);
        long before = Lenders.Sum(lender => ResidentBytes(cluster[lender]));

        MemoryLease lease = await client.Subsystem("journal").AcquireMustSucceedAsync(Large, "commit", Stop);

        RemoteMemory memory = Assert.IsType<RemoteMemory>(lease.RemoteMemory);
        Assert.Equal(Large, memory.Length);
        string lender = await LenderAsync(cluster, Large);
        JsonElement reserve = (await HostAsync(cluster, lender)).GetProperty("reserve");
        Assert.Equal(Large, Api.Number(reserve.GetProperty("borrowers"), $"{Home}/{Container}/journal"));
        long grown = Lenders.Sum(lender => ResidentBytes(cluster[lender])) - before;
        Assert.True(grown > Large * 9L / 10, $"the lenders' processes grew by {grown} bytes only");
        byte[] written = RandomNumberGenerator.GetBytes(Large);
        await memory.WriteAsync(0, written, Stop);
        await AssertReadsAsync(memory, SHA256.HashData(written));

        lease.Dispose();
        await UntilLentAsync(cluster, lender, 0);
        Assert.True(Lenders.Sum(lender => ResidentBytes(cluster[lender])) - before < Large / 2, "not unmapped");
    }

    [Fact]
    public async Task Kill_Lender_BorrowerIsToldInTimeAndASecondReplicaLosesNothing()
    {
        await using ClusterOfSilos cluster = await StartAsync();
        await using FullHost full = await FullHost.FillAsync(cluster[Home], Home);
        await using HeadroomClient client = await FullHost.ConnectAsync(cluster[Home], Home, Container);
        ISubsystem journal = client.Subsystem("journal");
        using MemoryLease single = await journal.AcquireMustSucceedAsync(Large, "commit", Stop);
        string lender = await LenderAsync(cluster, Large);
        using MemoryLease twice = await journal.AcquireMustSucceedAsync(
            Small, "commit twice", new MustSucceedOptions { Replicas = 2 }, Stop);
        RemoteMemory one = Assert.IsType<RemoteMemory>(single.RemoteMemory);
        RemoteMemory both = Assert.IsType<RemoteMemory>(twice.RemoteMemory);
        Assert.Equal(2, both.Replicas);
        byte[] written = RandomNumberGenerator.GetBytes(Small);
        await one.WriteAsync(0, written, Stop);
        await both.WriteAsync(0, written, Stop);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration lost = one.Lost.Register(told.SetResult);

        var watch = Stopwatch.StartNew();
        await cluster[lender].KillAsync();

        RemoteTimes times = RemoteTimes.Default;
        TimeSpan detection = (times.Beat * (times.MostSilentBeats + 1)) + times.ReconnectFor;
        await told.Task.WaitAsync(detection, Stop);
        TestContext.Current.TestOutputHelper?.WriteLine($"told after {watch.Elapsed.TotalMilliseconds:F0} ms");
        await Assert.ThrowsAsync<RemoteMemoryLostException>(() => one.ReadAsync(0, new byte[1], Stop).AsTask());
        await AssertReadsAsync(both, SHA256.HashData(written));
        Assert.Equal(1, both.ReplicasLost);
        Assert.False(both.Lost.IsCancellationRequested);

        // The one that is left goes on being renewed and written, past its time to live.
        byte[] again = RandomNumberGenerator.GetBytes(Small);
        await both.WriteAsync(0, again, Stop);
        long began = TimeProvider.System.GetTimestamp();
        await Api.UntilAsync(
            () => Task.FromResult(TimeProvider.System.GetElapsedTime(began) > 2 * Ttl),
            Limit,
            "two TTLs",
            () => Task.FromResult("the clock"));
        await AssertReadsAsync(both, SHA256.HashData(again));
    }

    [Fact]
    public async Task Kill_Borrower_LenderFreesTheLoanAfterOneTtl()
    {
        await using ClusterOfSilos cluster = await StartAsync();
        await using FullHost full = await FullHost.FillAsync(cluster[Home], Home);
        await using ChildProcess borrower = ChildProcess.Start(
            BuiltProgram.LoadClient, "borrow", $"127.0.0.1:{cluster[Home].GatewayPort}", Home, Container, $"{Small}");
        await foreach (string line in borrower.Lines.ReadAllAsync(Stop))
        {
            if (line.StartsWith("borrowed", StringComparison.Ordinal))
            {
                break;
            }
        }

        string lender = await LenderAsync(cluster, Small);

        // It lives as long as it is renewed, and no longer.
        long began = TimeProvider.System.GetTimestamp();
        await Api.UntilAsync(
            async () =>
            {
                Assert.Equal(Small, await LentAsync(cluster, lender));
                return TimeProvider.System.GetElapsedTime(began) > 2 * Ttl;
            },
            Limit,
            "two TTLs",
            () => Task.FromResult("the clock"));

        var watch = Stopwatch.StartNew();
        await borrower.KillAsync();

        await UntilLentAsync(cluster, lender, 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"freed after {watch.Elapsed.TotalMilliseconds:F0} ms");
        Assert.InRange(watch.Elapsed, Ttl / 2, Ttl + TimeSpan.FromSeconds(2));
        Assert.All(Lenders, lender => Assert.False(cluster[lender].Process.HasExited));
        await new Api(cluster[lender], lender).AssertAuditAsync();
    }

    [Fact]
    public async Task HomeHasRoomAgain_LoanComesHomeWithItsBytesIfThePolicyWantsThat()
    {
        await using ClusterOfSilos cluster = await StartAsync();
        await using FullHost full = await FullHost.FillAsync(cluster[Home], Home);
        using HttpResponseMessage declared = await cluster[Home].Http.PutAsync(
            $"/v1/hosts/{Home}/containers/{Container}/subsystems/journal",
            JsonContent.Create(new { loansComeHome = true }),
            Stop);
        Assert.Equal(HttpStatusCode.OK, declared.StatusCode);
        await using HeadroomClient client = await FullHost.ConnectAsync(cluster[Home], Home, Container);
        ISubsystem journal = client.Subsystem("journal");
        byte[] buffer = new byte[Small];
        var moved = new TaskCompletionSource<MemoryLease>();
        using IDisposable moves = journal.OnComeHome(async (loan, home) =>
        {
            await loan.RemoteMemory!.CopyToAsync(buffer, Stop);
            moved.SetResult(home);
        });
        MemoryLease lease = await journal.AcquireMustSucceedAsync(Small, "commit", Stop);
        byte[] written = RandomNumberGenerator.GetBytes(Small);
        await lease.RemoteMemory!.WriteAsync(0, written, Stop);
        string lender = await LenderAsync(cluster, Small);

        full.Free(Capacity / 2);

        using MemoryLease home = await moved.Task.WaitAsync(Limit, Stop);
        Assert.Equal((Small, null), ((int)home.Bytes, home.RemoteMemory));
        Assert.Equal(written, buffer);
        await UntilLentAsync(cluster, lender, 0);
        Assert.False(lease.IsAcquired);
        await new Api(cluster[Home], Home).AssertAuditAsync();
    }

    private static async Task<ClusterOfSilos> StartAsync() => await ClusterOfSilos.StartAsync(
        await RedisServer.StartAsync(),
        hosts: 3,
        host =>
        [
            $"--Headroom:Host:CapacityBytes={Capacity}",
            $"--Headroom:Host:ReserveBytes={(host == Home ? 0 : Pledged)}",
            $"--Headroom:Host:PledgedBytes={(host == Home ? 0 : Pledged)}",
            $"--Headroom:Session:Ttl={Ttl:c}",
        ]);

    private static Task<JsonElement> HostAsync(ClusterOfSilos cluster, string host) =>
        new Api(cluster[host], host).HostAsync();

    private static async Task<long> LentAsync(ClusterOfSilos cluster, string host) =>
        Api.Number((await HostAsync(cluster, host)).GetProperty("reserve"), "lentBytes");

    private static async Task<string> LenderAsync(ClusterOfSilos cluster, long bytes)
    {
        var lent = new Dictionary<string, long>();
        foreach (string host in Lenders)
        {
            lent[host] = await LentAsync(cluster, host);
        }

        return Assert.Single(lent, pair => pair.Value == bytes).Key;
    }

    private static Task UntilLentAsync(ClusterOfSilos cluster, string host, long bytes) => Api.UntilAsync(
        async () => await LentAsync(cluster, host) == bytes,
        Limit,
        $"{host} lends {bytes} bytes",
        async () => (await HostAsync(cluster, host)).ToString());

    private static async Task AssertReadsAsync(RemoteMemory memory, byte[] hash)
    {
        byte[] read = new byte[memory.Length];
        await memory.ReadAsync(0, read, Stop);
        Assert.Equal(hash, SHA256.HashData(read));
    }

    private static long ResidentBytes(SiloProcess silo)
    {
        using var process = Process.GetProcessById(silo.Process.Id);
        return process.WorkingSet64;
    }
}
