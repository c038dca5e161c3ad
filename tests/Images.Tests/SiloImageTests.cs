using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Images.Tests;

/// <summary>One silo from its image, with the embedded store: restricted as a pod should be, it serves.</summary>
[Trait("Kind", "Process")]
public sealed class SiloImageTests(BuiltImages images)
{
    private const string Host = "image-host";
    private const long LimitBytes = 512L << 20;
    private const long Bytes = 1L << 20;
    private const string Store = "/var/lib/headroom";
    private const string User = "10001";

    private const string Empty = "rw,size=256m,mode=1777";

    // Draining has ten seconds; the rest is for a machine that does other things, too.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("private")]
    [InlineData("host")]
    public async Task Start_Restricted_ServesTheMemoryOfItsLimit(string cgroupNamespace)
    {
        await using HostNetwork network = await NetworkAsync();
        await using SiloContainer silo = await StartAsync(
            network, "--cgroupns", cgroupNamespace, "--tmpfs", $"{Store}:{Empty}");

        JsonElement host = await silo.GetAsync($"/v1/hosts/{Host}");

        Assert.True(host.GetProperty("capacityBytes").GetInt64() == LimitBytes, $"{host}");
        await AskAsync(silo, "first", HttpStatusCode.Created);
        Assert.True((await silo.GetAsync("/v1/audit")).GetProperty("ok").GetBoolean());
        await AssertRestrictedAsync(await silo.Container.ProcessIdAsync());
        Assert.Equal(0, await silo.Container.StopAsync(StopPatience));
    }

    [Fact]
    public async Task Kill_WithAStoreOnAVolume_TheNextOneKnowsWhatWasGiven()
    {
        await using HostNetwork network = await NetworkAsync();
        using var volume = new TemporaryFolder();
        await OwnAsync(volume.Path);
        await using SiloContainer silo = await StartAsync(network, "--volume", $"{volume.Path}:{Store}");
        string lease = await AskAsync(silo, "first", HttpStatusCode.Created);

        await silo.Container.KillAsync();
        await silo.StartAsync();

        await Wait.UntilAsync(
            async () =>
            {
                using HttpResponseMessage renewed = await silo.Http.PostAsync($"/v1/leases/{lease}/renew", null, Stop);
                return renewed.IsSuccessStatusCode ? null : $"{renewed.StatusCode}";
            },
            StopPatience,
            "a lease of before that can be renewed");
        Assert.True((await silo.GetAsync("/v1/audit")).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Journal_FromItsImage_WorksWithTheSiloFromItsImage()
    {
        await using HostNetwork network = await NetworkAsync();
        await using SiloContainer silo = await StartAsync(network, "--tmpfs", $"{Store}:{Empty}");
        await using Container journal = await Container.CreateAsync(
            images.Podman,
            "journal",
            LimitBytes,
            ["--network", $"container:{silo.Container.Id}", "--tmpfs", $"/var/lib/journal:{Empty}"],
            "work", "--seconds", "3", "--store", "/var/lib/journal/store",
            "--gateway", silo.Gateway, "--host", Host, "--container", "orders");

        await journal.StartAsync();

        int code = await journal.ExitAsync();
        string said = await journal.LogsAsync();
        Assert.True(code == 0, said);
        Assert.Contains("MustSucceed", said, StringComparison.Ordinal);
        Assert.True((await silo.GetAsync("/v1/audit")).GetProperty("ok").GetBoolean());
    }

    private static async Task<HostNetwork> NetworkAsync()
    {
        string? why = await HostNetwork.WhyNotAsync();
        Assert.SkipUnless(why is null, why ?? "");
        return await HostNetwork.StartAsync(hosts: 1);
    }

    private async Task<SiloContainer> StartAsync(HostNetwork network, params string[] options)
    {
        SiloContainer silo = await SiloContainer.CreateAsync(
            images.Podman, network.Place(0), Host, LimitBytes, options);
        try
        {
            await silo.StartAsync();
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> AskAsync(SiloContainer silo, string request, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await silo.Http.PostAsJsonAsync(
            $"/v1/hosts/{Host}/containers/orders/subsystems/journal/leases",
            new { bytes = Bytes, urgency = "SafeToFail", requestId = request, ttlSeconds = 60 },
            Stop);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == expected, text);
        using var lease = JsonDocument.Parse(text);
        return lease.RootElement.GetProperty("leaseId").GetString()!;
    }

    // As the kernel sees the process: not root, without a capability, and on a root that cannot be written.
    private static async Task AssertRestrictedAsync(int process)
    {
        string[] status = await File.ReadAllLinesAsync($"/proc/{process}/status", Stop);
        Assert.Contains($"Uid:\t{User}\t{User}\t{User}\t{User}", status);
        Assert.Contains("CapEff:\t0000000000000000", status);
        Assert.Contains("NoNewPrivs:\t1", status);
        string[] mounts = await File.ReadAllLinesAsync($"/proc/{process}/mountinfo", Stop);
        string root = Assert.Single(mounts, line => line.Split(' ')[4] == "/");
        Assert.Contains("ro", root.Split(' ')[5].Split(','));
    }

    private static async Task OwnAsync(string folder)
    {
        await using ChildProcess owner = ChildProcess.StartFile("chown", User, folder);
        Assert.Equal(0, await owner.ExitAsync(Stop));
    }
}
