using System.Diagnostics;
using System.Net;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Hosting;

[Trait("Kind", "Process")]
public sealed class SiloStopTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Terminate_RunningSilo_EndsWithZeroInTimeAndStartsAgain()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync();

        long from = Stopwatch.GetTimestamp();
        int code = await silo.TerminateAsync(TestContext.Current.CancellationToken);
        TimeSpan took = Stopwatch.GetElapsedTime(from);

        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, Promised);
        Assert.Contains(
            silo.Process.Output,
            line => line.Contains("told to stop and drained", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(silo.StorePath, "store.sock")));
        await silo.RestartAsync();
    }

    [Fact]
    public async Task Kill_RunningSilo_StartsAgainOnTheSameStoreAndKey()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync();
        string key = Path.Combine(silo.StorePath, "cluster.key");
        byte[] before = await File.ReadAllBytesAsync(key, TestContext.Current.CancellationToken);

        await silo.KillAsync();
        await silo.RestartAsync();

        Assert.Equal(before, await File.ReadAllBytesAsync(key, TestContext.Current.CancellationToken));
        using HttpResponseMessage live = await silo.Http.GetAsync(
            "/healthz/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }
}
