using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
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
        await using ChildProcess tour = ChildProcess.Start(Environment(silo), BuiltProgram.Tour);
        Assert.True(await tour.ExitAsync(Stop) == 0, tour.ToString());
        Assert.Contains("transaction: 1048576 bytes", tour.Output);
        Assert.Contains("commit: 4096 bytes", tour.Output);
    }

    [Fact]
    public async Task Cache_GivesWayToTheCommit()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(
            [.. Settings, $"--Headroom:Host:CapacityBytes={128 << 20}", "--Headroom:Host:ReserveBytes=0"]);
        await using ChildProcess cache = ChildProcess.Start(Environment(silo), BuiltProgram.Cache);
        Assert.True(await cache.ExitAsync(Stop) == 0, cache.ToString());
        Match cached = Match("cached: ([0-9]+) pages, ([0-9]+) MiB leased", cache);
        Match commit = Match("commit: 64 MiB at home after .* ms; ([0-9]+) MiB of the cache are left", cache);
        (int before, int after) = (Number(cached, 2), Number(commit, 1));
        Assert.True(before > 64, cache.ToString());
        Assert.True(after <= 64 && after < before, cache.ToString());
        await new Api(silo, Host).AssertAllFreeAsync(Limit, "cache-sample");
    }

    private static Dictionary<string, string> Environment(SiloProcess silo) => new()
    {
        ["HEADROOM_GATEWAY"] = $"127.0.0.1:{silo.GatewayPort}",
        ["HEADROOM_HOST"] = Host,
    };

    private static Match Match(string pattern, ChildProcess program)
    {
        Match found = Regex.Match(program.ToString(), pattern);
        Assert.True(found.Success, $"Expected {pattern} in: {program}");
        return found;
    }

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static async Task RunAsync(string command, string? argument, string[] place)
    {
        string[] arguments = argument is null ? [command, .. place] : [command, argument, .. place];
        await using ChildProcess program = ChildProcess.Start(BuiltProgram.Journal, arguments);
        Assert.True(await program.ExitAsync(Stop) == 0, program.ToString());
    }
}
