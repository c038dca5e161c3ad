using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests;

/// <summary>Expiry frees leases, not memory: bytes of a client are free when it is seen gone, and not before.</summary>
[Trait("Kind", "Process")]
public sealed class HolderTests
{
    private const string Host = "holder-host";
    private const long Bytes = 200L << 20;
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] Settings = [$"--Headroom:Host:Name={Host}", "--Headroom:Session:Ttl=00:00:02"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_ClientThatHolds_ItsBytesComeBackWhenItIsSeenGone()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        var api = new Api(silo, Host);
        await using ChildProcess holder = await HoldAsync(silo);
        Assert.True(Api.Sum(await api.ContainerAsync("holders"), "leasedBytes") >= Bytes);

        await holder.KillAsync();

        await api.AssertAllFreeAsync(Limit, "holders");
    }

    [Fact]
    public async Task Stop_ClientPastItsTtl_StaysChargedAndComesBackAsANewSession()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        var api = new Api(silo, Host);
        await using ChildProcess holder = await HoldAsync(silo);

        PosixKill.Stop(holder.Id);
        await Api.UntilAsync(
            async () => Api.Number(await api.ContainerAsync("holders"), "sessions") == 0,
            Limit,
            "the session lapsed",
            async () => (await api.ContainerAsync("holders")).ToString());

        // Readings go on; several of them see the process alive and its bytes resident.
        long began = TimeProvider.System.GetTimestamp();
        await Api.UntilAsync(
            async () =>
            {
                JsonElement seen = await api.ContainerAsync("holders");
                Assert.True(Api.Number(seen, "ghostBytes") >= Bytes, $"a stopped process still has its memory: {seen}");
                return TimeProvider.System.GetElapsedTime(began) > 2 * Ttl;
            },
            Limit,
            "two more TTLs",
            () => Task.FromResult("the clock"));

        PosixKill.Continue(holder.Id);
        await Api.UntilAsync(
            async () =>
            {
                JsonElement seen = await api.ContainerAsync("holders");
                return Api.Number(seen, "sessions") == 1 && Api.Number(seen, "ghostBytes") == 0
                    && Api.Sum(seen, "leasedBytes") >= Bytes;
            },
            Limit,
            "a new session with the same bytes, counted once",
            async () => (await api.ContainerAsync("holders")).ToString());
        await api.AssertAuditAsync();

        holder.CloseInput();
        Assert.Equal(0, await holder.ExitAsync(Stop));
        await api.AssertAllFreeAsync(Limit, "holders");
    }

    private static async Task<ChildProcess> HoldAsync(SiloProcess silo)
    {
        ChildProcess holder = ChildProcess.Start(
            BuiltProgram.LoadClient, "hold", $"127.0.0.1:{silo.GatewayPort}", Host, "holders", $"{Bytes}");
        await foreach (string line in holder.Lines.ReadAllAsync(Stop))
        {
            if (line.StartsWith("holding", StringComparison.Ordinal))
            {
                return holder;
            }
        }

        Assert.Fail($"The holder ended: {holder}");
        return holder;
    }
}
