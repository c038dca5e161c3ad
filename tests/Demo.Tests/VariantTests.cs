using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Reports;
using Headroom.Samples.Demo.Runs;
using Xunit;

namespace Headroom.Demo.Tests;

/// <summary>Each variant at a small size, with real processes under a real limit, and what is claimed of it.</summary>
[Trait("Kind", "Process")]
public sealed class VariantTests
{
    // Its first wave is as high as one can be: with it the neighbour alone wants more than Optional gets of the limit,
    // also where nothing else does.
    private const int HighWave = 23;

    [Theory]
    [InlineData(Variant.One, 18)]
    [InlineData(Variant.Pressure, 18)]
    [InlineData(Variant.Failover, 24)]
    public async Task Headroom_UnderTheLimit_HoldsWhatIsClaimed(object variant, int seconds)
    {
        RunResult run = await RunAsync((Variant)variant, seconds, Mode.Headroom);

        Assert.True(Claims.Broken(run).Count == 0, Broken(run));
        Assert.True(run.PeakAnonymousBytes <= run.LimitBytes);

        string page = HtmlReport.Of([run]);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.Contains("\"commitsLost\":0", JsonReport.Of([run]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Variant.Three)]
    [InlineData(Variant.Brim)]
    public async Task Headroom_OneOfThreeHosts_BorrowsAndNothingIsKilledOrLost(object variant)
    {
        RunResult run = await RunAsync((Variant)variant, 18, Mode.Headroom);

        Assert.True(Claims.Broken(run).Count == 0, Broken(run));
        Assert.True(run.PeakLentBytes > 0);
        Assert.True(run.ReclaimedBytes > 0);
    }

    // What they come to is chance; that they come to an end and are counted is not.
    [Theory]
    [InlineData(Variant.One, Mode.Naive)]
    [InlineData(Variant.Three, Mode.Naive)]
    [InlineData(Variant.Three, Mode.Plain)]
    [InlineData(Variant.Pressure, Mode.Plain)]
    [InlineData(Variant.Failover, Mode.Plain)]
    public async Task WithoutHeadroom_EachVariant_RunsAndReports(object variant, object mode)
    {
        RunResult run = await RunAsync((Variant)variant, 8, (Mode)mode);

        Assert.True(run.CommitsAttempted > 0);
        Assert.Equal(0, run.DiedOtherwise);
        Assert.Equal(0, run.CommitsLost);
        Assert.True(run.PeakAnonymousBytes > 0);
        Assert.Equal(run.Killed + run.DiedOfException > 0, run.Marks.Any(mark => mark.Kind is "killed" or "died"));
        Assert.Contains("<svg", HtmlReport.Of([run]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Mode.Headroom)]
    [InlineData(Mode.Naive)]
    public async Task HeapLimit_WhereNoCgroupIs_IsRealAndSaysWhatItMeasures(object mode)
    {
        DemoPlan plan = new() { Limit = LimitKind.Heap, Seconds = 18, Seed = HighWave };
        RunResult run = await RunAsync(plan, (Mode)mode);

        Assert.True(run.PeakAnonymousBytes <= run.LimitBytes, $"{run.PeakAnonymousBytes} bytes");
        Assert.True(run.PeakAnonymousBytes > run.LimitBytes / 2, $"{run.PeakAnonymousBytes} bytes");
        Assert.Null(run.PeakBytes);
        Assert.Null(run.StalledSeconds);
        Assert.Contains("GC", HtmlReport.Of([run]), StringComparison.Ordinal);
        Assert.Contains("\"limitKind\":\"heap\"", JsonReport.Of([run]), StringComparison.Ordinal);
        Assert.Equal(0, run.Killed);
        if (run.Mode == Mode.Headroom)
        {
            Assert.True(Claims.Broken(run).Count == 0, Broken(run));
        }
        else
        {
            Assert.True(run.DiedOfException > 0, "The naive run lived.");
        }
    }

    [Fact]
    public async Task HeapLimit_VariantOfAHardLimitThatIsRead_IsTurnedDown()
    {
        DemoPlan plan = new() { Variant = Variant.Brim, Limit = LimitKind.Heap };

        InvalidOperationException turnedDown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync(plan, Mode.Headroom));

        Assert.Contains("brim needs a memory cgroup", turnedDown.Message, StringComparison.Ordinal);
    }

    private static string Broken(RunResult run)
        => string.Join(
            Environment.NewLine, Claims.Broken(run).Concat(run.Marks.Select(mark => $"{mark.At:0.0} s: {mark.Text}")));

    private static Task<RunResult> RunAsync(Variant variant, int seconds, Mode mode)
    {
        using (LimitedGroup? group = LimitedGroup.TryMake(1 << 20, 1 << 21))
        {
            Assert.SkipWhen(group is null, "a memory cgroup cannot be made here");
        }

        return RunAsync(new DemoPlan { Variant = variant, Seconds = seconds, Limit = LimitKind.Cgroup }, mode);
    }

    private static async Task<RunResult> RunAsync(DemoPlan plan, Mode mode)
        => (await RunSet.RunAsync(plan, [mode], TestContext.Current.CancellationToken)).Single();
}
