using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Pressure;

/// <summary>
/// A process that asks nobody eats real memory in the cgroup of a client: that comes off what the client may get, and
/// comes back when the process has gone.
/// </summary>
[Trait("Kind", "Process")]
public sealed class EatenMemoryTests
{
    private const string Host = "eaten-host";
    private const string Container = "shared";
    private const long LimitBytes = 512L << 20;
    private const long HeldBytes = 64L << 20;
    private const long EatenBytes = 200L << 20;
    private const long WantedBytes = 250L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eat_InTheCgroupOfAClient_ComesOffWhatItMayGetAndComesBack()
    {
        using MemoryCgroup? cgroup = MemoryCgroup.TryMake();
        if (cgroup is null)
        {
            Assert.Skip("No memory cgroup can be made here: that needs root, and a hierarchy with the controller.");
        }

        await using SiloProcess silo = await SiloProcess.StartAsync($"--Headroom:Host:Name={Host}");
        await DeclareAsync(silo, cgroup);
        await using ChildProcess holder = cgroup.Start(
            BuiltProgram.LoadClient, "hold", silo.Gateway, Host, Container, $"{HeldBytes}");
        await UntilAsync(silo, seen => Api.Sum(seen, "leasedBytes") >= HeldBytes, "a client that holds");
        await UntilAsync(silo, HasReadWhatIsHeld, "a reading of what it holds");
        long before = Api.Number(await new Api(silo, Host).ContainerAsync(Container), "untrackedBytes");

        ChildProcess eater = cgroup.Start(BuiltProgram.LoadClient, "eat", $"{EatenBytes}");
        await using (eater)
        {
            await UntilAsync(silo, seen => Api.Number(seen, "untrackedBytes") >= EatenBytes, "eaten memory, untracked");
            Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(silo));
        }

        // Readings see a process end bit by bit.
        await UntilAsync(
            silo, seen => Api.Number(seen, "untrackedBytes") < before + (EatenBytes / 10), "what was eaten, back");
        Assert.Equal(HttpStatusCode.Created, await AskAsync(silo));
        holder.CloseInput();
        Assert.Equal(0, await holder.ExitAsync(Stop));
        await new Api(silo, Host).AssertAuditAsync();
    }

    // There is no such number before the first reading.
    private static bool HasReadWhatIsHeld(JsonElement seen) =>
        seen.TryGetProperty("usageBytes", out JsonElement used)
        && used.ValueKind == JsonValueKind.Number
        && used.GetInt64() >= HeldBytes;

    private static async Task<HttpStatusCode> AskAsync(SiloProcess silo) =>
        (await new LeaseCalls(silo, Host, Container)
            .AskAsync(WantedBytes, Urgency.SafeToFail, waitSeconds: 0, Stop)).Status;

    private static async Task DeclareAsync(SiloProcess silo, MemoryCgroup cgroup)
    {
        string body = JsonSerializer.Serialize(new { limitBytes = LimitBytes, cgroup = cgroup.Path });
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage answer =
            await silo.Http.PutAsync($"/v1/hosts/{Host}/containers/{Container}", content, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static Task UntilAsync(SiloProcess silo, Func<JsonElement, bool> condition, string expected)
    {
        var api = new Api(silo, Host);
        return Api.UntilAsync(
            async () => condition(await api.ContainerAsync(Container)),
            Limit,
            expected,
            async () => (await api.ContainerAsync(Container)).ToString());
    }
}
