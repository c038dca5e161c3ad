using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests;

/// <summary>The samples against a real silo, as the README runs them.</summary>
[Trait("Kind", "Process")]
public sealed class SampleTests
{
    private const string Host = "sample-host";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] Settings =
    [
        $"--Headroom:Host:Name={Host}", "--Headroom:Session:Ttl=00:00:02",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journal_ImportsThisFolder_AndIsRecoveredAfterAKill()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        var api = new Api(silo, Host);
        using var folder = new TemporaryFolder();
        string[] place = ["--store", folder.Path, "--gateway", $"127.0.0.1:{silo.GatewayPort}", "--host", Host,
            "--container", "journal"];

        // A real data set: this repository's own sources, wherever it was cloned.
        string data = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(BuiltProgram.Journal)!, "../../../../../src"));
        await RunAsync("import", data, place);

        // Ended in the middle of its commits; what it said is durable must be there.
        ChildProcess committing = ChildProcess.Start(BuiltProgram.Journal, ["number", .. place]);
        await foreach (string line in committing.Lines.ReadAllAsync(Stop))
        {
            if (committing.Output.Count > 50)
            {
                break;
            }
        }

        await committing.KillAsync();
        await committing.DisposeAsync();
        await RunAsync("verify", null, place);

        JsonElement audit = await api.GetAsync("/v1/audit");
        Assert.True(audit.GetProperty("ok").GetBoolean(), audit.ToString());
        await api.AssertAllFreeAsync(Limit, "journal");
    }

    [Fact]
    public async Task Tour_RunsThroughAllUrgencies()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        var environment = new Dictionary<string, string>
        {
            ["HEADROOM_GATEWAY"] = $"127.0.0.1:{silo.GatewayPort}",
            ["HEADROOM_HOST"] = Host,
        };
        await using ChildProcess tour = ChildProcess.Start(environment, BuiltProgram.Tour);
        Assert.True(await tour.ExitAsync(Stop) == 0, tour.ToString());
        Assert.Contains("transaction: 1048576 bytes", tour.Output);
        Assert.Contains("commit: 4096 bytes", tour.Output);
    }

    private static async Task RunAsync(string command, string? argument, string[] place)
    {
        string[] arguments = argument is null ? [command, .. place] : [command, argument, .. place];
        await using ChildProcess program = ChildProcess.Start(BuiltProgram.Journal, arguments);
        Assert.True(await program.ExitAsync(Stop) == 0, program.ToString());
    }
}
