using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Headroom.Buffers;
using Headroom.Support;
using Xunit;

namespace Headroom.Adaptors.Tests.Buffers;

/// <summary>Must-succeed buffers where they can be: at home, on another host, and a fallback.</summary>
[Trait("Kind", "Process")]
public sealed class MustSucceedBufferTests(MustSucceedBufferTests.TwoHosts hosts)
    : IClassFixture<MustSucceedBufferTests.TwoHosts>
{
    private const string Home = "host-1";
    private const string Lender = "host-2";
    private const int Bytes = 1 << 20;

    private static CancellationToken Stop => OneHost.Stop;

    [Fact]
    public async Task RentMustSucceed_AtHome_IsMemoryOfThisProcess()
    {
        await using HeadroomClient client = await hosts.ConnectAsync("at-home");
        using var pool = new LeasedMemoryPool(client.Subsystem("journal"), Urgency.SafeToFail);

        MustSucceedBuffer buffer = await pool.RentMustSucceedAsync(5000, "commit", cancellationToken: Stop);

        Assert.False(buffer.IsRemote);
        Assert.Null(buffer.RemoteMemory);
        Assert.Equal(8192, buffer.Length);
        Assert.Equal(8192, buffer.Memory.Length);
        Assert.Equal(8192, client.GetStatus().LeasedBytes[(int)Urgency.MustSucceed]);
        await AssertKeepsAsync(buffer);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, client.GetStatus().LeasedBytes[(int)Urgency.MustSucceed]);
        await AssertIsGoneAsync(buffer);
    }

    [Fact]
    public async Task RentMustSucceed_HomeIsFull_IsMemoryOfAnotherHostBehindTheSameOwner()
    {
        await using HeadroomClient client = await hosts.ConnectAsync("borrows");
        using var pool = new LeasedMemoryPool(client.Subsystem("journal"), Urgency.SafeToFail);
        using MemoryLease all = await hosts.FillHomeAsync(client);

        MustSucceedBuffer buffer = await pool.RentMustSucceedAsync(Bytes, "commit", cancellationToken: Stop);

        Assert.True(buffer.IsRemote);
        Assert.Equal(Bytes, buffer.Length);
        Assert.Equal(Bytes, await hosts.LentAsync());
        Assert.Throws<InvalidOperationException>(() => buffer.Memory);
        await AssertKeepsAsync(buffer);
        buffer.Dispose();
        buffer.Dispose();
        await AssertIsGoneAsync(buffer);
        await OneHost.UntilAsync(async () => await hosts.LentAsync() == 0, () => "the loan given back");
    }

    [Theory]
    [InlineData(Bytes, true)]
    [InlineData(Bytes - 1, false)]
    public async Task RentMustSucceed_LastResort_IsTheRegisteredArrayIfItSuffices(int length, bool suffices)
    {
        string container = $"falls-back-on-{length}";
        await hosts.DeclareFallbackAsync(container);
        await using HeadroomClient client = await hosts.ConnectAsync(container);
        ISubsystem journal = client.Subsystem("journal");
        byte[] registered = new byte[length];
        using IDisposable fallback = journal.RegisterFallback(registered);
        using var pool = new LeasedMemoryPool(journal, Urgency.SafeToFail);
        using MemoryLease all = await hosts.FillHomeAsync(client);
        Task<MustSucceedBuffer> asked = pool.RentMustSucceedAsync(
            Bytes, "commit", new MustSucceedOptions { AllowLoan = false }, Stop).AsTask();

        if (suffices)
        {
            using MustSucceedBuffer buffer = await asked.WaitAsync(OneHost.Limit, Stop);
            Assert.Equal(length, buffer.Length);
            await AssertKeepsAsync(buffer);
            Assert.Contains(registered, value => value != 0);
        }
        else
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => asked.WaitAsync(OneHost.Limit, Stop));
        }
    }

    private static async Task AssertKeepsAsync(MustSucceedBuffer buffer)
    {
        byte[] written = RandomNumberGenerator.GetBytes(buffer.Length);
        byte[] read = new byte[buffer.Length];
        await buffer.WriteAsync(0, written, Stop);
        await buffer.ReadAsync(0, read, Stop);
        Assert.Equal(written, read);

        Stream stream = buffer.OpenStream();
        await using (stream)
        {
            Assert.Equal(buffer.Length, stream.Length);
            stream.Position = 1000;
            await stream.WriteAsync(written.AsMemory(0, 100), Stop);
            stream.Position = 1000;
            await stream.ReadExactlyAsync(read.AsMemory(0, 100), Stop);
            Assert.Equal(written[..100], read[..100]);
            stream.Position = buffer.Length - 1;
            await Assert.ThrowsAsync<NotSupportedException>(
                () => stream.WriteAsync(written.AsMemory(0, 2), Stop).AsTask());
        }

        await buffer.ReadAsync(1000, read.AsMemory(0, 100), Stop);
        Assert.Equal(written[..100], read[..100]);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => buffer.ReadAsync(buffer.Length - 1, read.AsMemory(0, 2), Stop).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => buffer.WriteAsync(-1, read.AsMemory(0, 2), Stop).AsTask());
    }

    private static async Task AssertIsGoneAsync(MustSucceedBuffer buffer)
    {
        Assert.Throws<ObjectDisposedException>(() => buffer.Memory);
        Assert.Throws<ObjectDisposedException>(buffer.OpenStream);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => buffer.ReadAsync(0, new byte[1], Stop).AsTask());
    }

    /// <summary>A small host, and one that lends to it.</summary>
    public sealed class TwoHosts : IAsyncLifetime
    {
        private ClusterOfSilos? _cluster;

        public async ValueTask InitializeAsync() => _cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(),
            hosts: 2,
            host =>
            [
                $"--Headroom:Host:CapacityBytes={64 << 20}",
                $"--Headroom:Host:ReserveBytes={(host == Home ? 0 : 32 << 20)}",
                $"--Headroom:Host:PledgedBytes={(host == Home ? 0 : 32 << 20)}",
                "--Headroom:Session:Ttl=00:00:30",
            ]);

        public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? default;

        internal Task<HeadroomClient> ConnectAsync(string container) => HeadroomClient.ConnectAsync(
            new HeadroomOptions
            {
                Host = Home,
                Container = container,
                Gateway = $"127.0.0.1:{_cluster![Home].GatewayPort}",
                MaxIdleCreditBytes = 0,
            },
            cancellationToken: Stop);

        /// <summary>Takes all that the small host has, but for less than a buffer.</summary>
        internal async Task<MemoryLease> FillHomeAsync(HeadroomClient client)
        {
            // What a test before held is on its way back, also what its container did not use.
            JsonElement seen = default;
            await OneHost.UntilAsync(
                async () => (seen = await HostAsync(Home)).GetProperty("allottedBytes").GetInt64() == 0,
                () => $"all of the host free; seen: {seen}");
            long free = seen.GetProperty("availableBytes").GetProperty("mustSucceed").GetInt64();
            return await client.Subsystem("filler").AcquireMustSucceedAsync(
                free - (Bytes / 2), "fills", new MustSucceedOptions { AllowLoan = false }, Stop);
        }

        internal async Task<long> LentAsync() =>
            (await HostAsync(Lender)).GetProperty("reserve").GetProperty("lentBytes").GetInt64();

        internal async Task DeclareFallbackAsync(string container)
        {
            using HttpResponseMessage answer = await _cluster![Home].Http.PutAsJsonAsync(
                $"/v1/hosts/{Home}/containers/{container}/subsystems/journal",
                new { lastResort = "Fallback", lastResortAfterSeconds = 0.2 },
                Stop);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        }

        private Task<JsonElement> HostAsync(string host) =>
            _cluster![host].Http.GetFromJsonAsync<JsonElement>($"/v1/hosts/{host}", Stop);
    }
}
