using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Pressure;

/// <summary>Memory that is made scarce on purpose is really gone, is seen, and comes back.</summary>
[Trait("Kind", "Process")]
public sealed class PressureTests
{
    private const string Host = "pressed-host";
    private const long Bytes = 512L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Press_AHost_ItsSiloReallyHoldsTheMemoryForTheTime()
    {
        await using SiloProcess silo = await StartAsync("--Headroom:Chaos:Enabled=true");
        long before = Resident(silo.Process.Id);

        using HttpResponseMessage answer = await PressAsync(silo, Host, Bytes, seconds: 4);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        long held = Resident(silo.Process.Id);
        Assert.True(held - before > Bytes * 9 / 10, $"{held}, {before} before");
        await UntilAsync(silo, used => used >= held, "a reading of the host with that in it");
        await Api.UntilAsync(
            () => Task.FromResult(Resident(silo.Process.Id) - before < Bytes / 2),
            Limit,
            "the memory given back",
            () => Task.FromResult($"{Resident(silo.Process.Id)}, {before} before"));
    }

    [Fact]
    public async Task Press_MoreThanIsAllowedOrUnknownOrWrong_Refused()
    {
        await using SiloProcess silo = await StartAsync(
            "--Headroom:Chaos:Enabled=true", $"--Headroom:Chaos:MaxPressureBytes={Bytes}");

        using HttpResponseMessage more = await PressAsync(silo, Host, Bytes + 1, seconds: 1);
        using HttpResponseMessage unknown = await PressAsync(silo, "nobody", 1, seconds: 1);
        using HttpResponseMessage wrong = await PressAsync(silo, Host, 0, seconds: 1);

        Assert.Equal(HttpStatusCode.BadRequest, more.StatusCode);
        Assert.Contains("bytes", await more.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Press_NotEnabled_ThereIsNoSuchRoute()
    {
        await using SiloProcess silo = await StartAsync();

        using HttpResponseMessage answer = await PressAsync(silo, Host, Bytes, seconds: 1);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<SiloProcess> StartAsync(params string[] arguments) =>
        SiloProcess.StartAsync([$"--Headroom:Host:Name={Host}", .. arguments]);

    private static Task<HttpResponseMessage> PressAsync(SiloProcess silo, string host, long bytes, double seconds) =>
        silo.Http.PostAsJsonAsync("/v1/chaos/pressure", new { host, bytes, seconds }, Stop);

    private static Task UntilAsync(SiloProcess silo, Func<long, bool> used, string expected)
    {
        var api = new Api(silo, Host);
        return Api.UntilAsync(
            async () =>
            {
                JsonElement host = await api.HostAsync();
                return used(Api.Number(host, "usedBytes"));
            },
            Limit,
            expected,
            async () => (await api.HostAsync()).ToString());
    }

    private static long Resident(int process) => ProcessFigures.Read(process).ResidentBytes;
}
