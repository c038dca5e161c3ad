using System.Text.RegularExpressions;
using Headroom.Support;
using Xunit;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>The sample's README: its commands as they stand there, against the sample and a real silo.</summary>
[Trait("Kind", "Process")]
public sealed partial class WebSampleTests
{
    private const string Silo = "A=http://127.0.0.1:8080\n";
    private const string Web = "W=http://127.0.0.1:5080\n";

    // Of each call that does not print its own status, in the order of the README.
    private static readonly string[] Statuses =
    [
        "200", "200", "200", "200", "200", "200", "200", "200", "200", "503", "200", "200", "200",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readme_AgainstARealSilo_AnswersWhatItSays()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync();
        string address = $"http://127.0.0.1:{FreePort.Next()}";
        var environment = new Dictionary<string, string> { ["HEADROOM_GATEWAY"] = $"127.0.0.1:{silo.GatewayPort}" };
        await using ChildProcess sample = ChildProcess.Start(environment, BuiltProgram.Web, $"--urls={address}");
        await ReadyAsync(sample, address);
        string script = Script();
        Assert.Contains(Silo, script, StringComparison.Ordinal);
        Assert.Contains(Web, script, StringComparison.Ordinal);
        script = script
            .Replace(Silo, $"A={silo.Address.OriginalString}\n", StringComparison.Ordinal)
            .Replace(Web, $"W={address}\n", StringComparison.Ordinal);

        await using var shell = ChildProcess.StartFile(
            "bash", "-euc", $$"""curl() { command curl -w '%{stderr}%{http_code}\n' "$@"; }{{'\n'}}{{script}}""");

        Assert.True(await shell.ExitAsync(Stop) == 0, shell.ToString());
        Assert.True(Statuses.SequenceEqual(shell.Errors), shell.ToString());
        string output = string.Join('\n', shell.Output);
        foreach (string said in (string[])
        [
            "3000000 bytes, ", " rows with b; ", "from the cache", "Retry-After: ", "application/problem+json",
            "\"refusedBy\":\"container\"", "was placed", "{\"ok\":true,\"violations\":[]}",
        ])
        {
            Assert.True(output.Contains(said, StringComparison.Ordinal), $"{said} was expected in:\n{output}");
        }

        Assert.Single(shell.Output, line => ManyStatuses().IsMatch(line));
        TestContext.Current.TestOutputHelper!.WriteLine(output);
        Assert.Equal(0, await sample.TerminateAsync(Stop));
    }

    private static async Task ReadyAsync(ChildProcess sample, string address)
    {
        using var client = new HttpClient();
        await SiloApi.UntilAsync(
            async () =>
            {
                Assert.False(sample.HasExited, sample.ToString());
                try
                {
                    string status = await client.GetStringAsync($"{address}/memory", Stop);
                    return status.Contains("\"connected\":true", StringComparison.Ordinal);
                }
                catch (HttpRequestException)
                {
                    // Nobody listens yet.
                    return false;
                }
            },
            "a sample that is connected",
            () => Task.FromResult(sample.ToString()));
    }

    // All that is to be typed in the third terminal.
    private static string Script()
    {
        string folder = Path.GetDirectoryName(BuiltProgram.Web)!;
        string readme = File.ReadAllText(Path.GetFullPath(Path.Combine(folder, "../../../README.md")));
        return string.Join('\n', readme.Split("```sh\n").Skip(1).Select(block => block.Split("```")[0]));
    }

    [GeneratedRegex("^((200|503) ){30}$")]
    private static partial Regex ManyStatuses();
}
