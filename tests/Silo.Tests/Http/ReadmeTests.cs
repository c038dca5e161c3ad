using System.Reflection;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>The commands of the README, run as they stand there against a real silo.</summary>
[Trait("Kind", "Process")]
public sealed class ReadmeTests
{
    private const string Address = "A=http://127.0.0.1:8080";

    // Of each call that does not print its own status, in the order of the README.
    private static readonly string[] Statuses =
    [
        "200", "200",
        "201",
        "201", "200",
        "200", "429",
        "200", "403", "200", "200", "200", "200",
        "200", "201", "200", "201", "200",
        "202", "200", "503", "200", "200",
        "200", "200", "200", "200",
    ];

    [Fact]
    public async Task CurlLines_AgainstARealSilo_AnswerWhatTheReadmeSays()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync();
        string script = Script();
        Assert.Contains(Address, script, StringComparison.Ordinal);
        script = script.Replace(Address, $"A={silo.Address.OriginalString}", StringComparison.Ordinal);
        await using var shell = ChildProcess.StartFile(
            "bash", "-euc", $$"""curl() { command curl -w '%{stderr}%{http_code}\n' "$@"; }{{'\n'}}{{script}}""");
        Assert.True(await shell.ExitAsync(TestContext.Current.CancellationToken) == 0, shell.ToString());
        Assert.True(Statuses.SequenceEqual(shell.Errors), shell.ToString());
        string output = string.Join('\n', shell.Output);
        foreach (string said in (string[])
        [
            "ready", "\"rung\":\"host\"", "204\n", "\"refusedBy\":\"container\"", "urgency-not-allowed",
            "\"outcome\":\"granted\",\"rung\":\"overdraft\"", "\"reason\":\"commit\"", "\"waiting\":true",
            "\"state\":\"readOnly\"", "\"state\":\"normal\"", "{\"ok\":true,\"violations\":[]}", "headroom_",
        ])
        {
            Assert.True(output.Contains(said, StringComparison.Ordinal), $"{said} was expected in:\n{output}");
        }
    }

    // All that is to be typed in the chapter.
    private static string Script()
    {
        string readme = File.ReadAllText(Path.Combine(Root(), "README.md"));
        string chapter = readme.Split("\n## Five minutes with curl\n")[1].Split("\n## ")[0];
        return string.Join('\n', chapter.Split("```sh\n").Skip(1).Select(block => block.Split("```")[0]));
    }

    private static string Root()
    {
        string folder = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!;
        while (!File.Exists(Path.Combine(folder, "Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
