using Headroom.Support;
using Xunit;

namespace Headroom.Kubernetes.Tests.EndToEnd;

/// <summary>Settings that lead to no API server end the start with one line.</summary>
[Trait("Kind", "Process")]
public sealed class StartTests
{
    [Theory]
    [InlineData("Kubernetes:Enabled", "true", "does not lead to an API server")]
    [InlineData("Kubernetes:ApiServer", "node-a", "Allowed: an address such as https://192.0.2.7:6443")]
    [InlineData("Kubernetes:Token", "hush", "Allowed: nothing, because ApiServer is not set")]
    [InlineData("Kubernetes:Interval", "00:20:00", "Allowed: a time")]
    [InlineData("Monitor:Scpoe", "Machine", "is unknown")]
    public async Task Start_WrongSetting_EndsWithOneLine(string key, string value, string expected)
    {
        using var store = new TemporaryFolder();
        await using ChildProcess silo = ChildProcess.Start(
            BuiltProgram.Silo, $"--Headroom:Store:Path={store.Path}", $"--Headroom:{key}={value}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));

        Assert.Equal(78, await silo.ExitAsync(limit.Token));
        string line = Assert.Single(silo.Errors);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", line, StringComparison.Ordinal);
    }
}
