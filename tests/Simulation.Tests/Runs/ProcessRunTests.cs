using Headroom.Simulation.Tests.World;
using Xunit;

namespace Headroom.Simulation.Tests.Runs;

public sealed class ProcessRunTests
{
    [Fact]
    public async Task Run_InProcesses_IsTheSameAsOnOneThread()
    {
        SeedRun inOne = SeedRun.Of(1, 60, new SharedParts());

        SeedRun run = await new ProcessRun(1, 60).RunAsync(2);

        Assert.Equal((60UL, inOne.Steps, inOne.Hash), (run.Seeds, run.Steps, run.Hash));
        Assert.Equal(inOne.Tally.Counts, run.Tally.Counts);
        Assert.Empty(run.Broken);
        Assert.True(run.Processor > TimeSpan.Zero);
    }

    [Fact]
    public async Task Run_AWorldBreaks_IsToldOfItAndGoesOn()
    {
        var broke = new List<Verdict>();
        var run = new ProcessRun(7, 2)
        {
            Broke = broke.Add,
            Command = Shell("""
                read x
                echo '{"Seeds":2,"Hash":18446744073709551615,"Broken":[{"Seed":8,"Violation":"I2: 5 bytes",'\
                '"At":"00:01:00.0000001","Steps":3,"Hash":4}]}'
                """),
        };

        SeedRun all = await run.RunAsync(1);

        Verdict verdict = Assert.Single(all.Broken);
        Assert.Equal((8UL, "I2: 5 bytes", new TimeSpan(600_000_001)), (verdict.Seed, verdict.Violation, verdict.At));
        Assert.Equal(ulong.MaxValue, all.Hash);
        Assert.Equal([verdict], broke);
    }

    [Theory]
    [InlineData("read x; echo why >&2; kill -9 $$", "answered \"\"; it ended with 137. why")]
    [InlineData("echo why >&2; exit 5", "answered \"\"; it ended with 5. why")]
    [InlineData("read x; echo nonsense; read x", "answered \"nonsense\"; it ended with 137.")]
    [InlineData("""read x; echo '{"Seeds":1}'; read x""", "it ended with 137.")]
    [InlineData("""read x; echo '{"Seeds":2}'; read x; echo why >&2; exit 5""", "it ended with 5. why")]
    public async Task Run_AWorkerFails_SaysHow(string worker, string message)
    {
        var run = new ProcessRun(7, 2) { Command = Shell(worker) };

        WorkerFailedException failed = await Assert.ThrowsAsync<WorkerFailedException>(() => run.RunAsync(1));

        Assert.EndsWith(message, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneWorkerFails_TheOthersEnd()
    {
        // The first of them to see the file takes it, and fails.
        string file = Path.GetTempFileName();
        var run = new ProcessRun(1, ulong.MaxValue)
        {
            Command = Shell($$"""rm {{file}} 2>&- && exit 5; while read x; do echo '{"Seeds":25}'; done"""),
        };

        WorkerFailedException failed = await Assert.ThrowsAsync<WorkerFailedException>(
            () => run.RunAsync(2).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

        Assert.Contains("it ended with 5.", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AWorkerIsToldSomethingElse_SaysSo()
    {
        string worker = string.Join(' ', new ProcessRun(1, 1).Command.Select(word => $"'{word}'"));
        var run = new ProcessRun(1, 1) { Command = Shell($"echo 1 1 1 | {worker}") };

        WorkerFailedException failed = await Assert.ThrowsAsync<WorkerFailedException>(() => run.RunAsync(1));

        Assert.EndsWith("it ended with 2. A worker was told \"1 1 1\".", failed.Message, StringComparison.Ordinal);
    }

    private static string[] Shell(string script) => ["/bin/sh", "-c", script];
}
