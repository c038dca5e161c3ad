using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Reports;
using Headroom.Samples.Demo.Runs;
using Xunit;

namespace Headroom.Demo.Tests;

/// <summary>Each variant at a small size, with real processes under a real limit, and what is claimed of it.</summary>
[Trait("Kind", "Process")]
public sealed class VariantTests
{
    [Theory]
    [InlineData(Variant.One, 18)]
    [InlineData(Variant.Pressure, 18)]
    [InlineData(Variant.Failover, 24)]
    public async Task Headroom_UnderTheLimit_HoldsWhatIsClaimed(object variant, int seconds)
    {
        RunResult run = await RunAsync((Variant)variant, seconds, Mode.Headroom);

        string seen = string.Join(Environment.NewLine, run.Marks.Select(mark => $"{mark.At:0.0} s: {mark.Text}"));
        Assert.True(Claims.Broken(run).Count == 0, string.Join("; ", Claims.Broken(run)) + Environment.NewLine + seen);
        Assert.True(run.PeakAnonymousBytes <= run.LimitBytes);

        string page = HtmlReport.Of([run]);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.Contains("\"commitsLost\":0", JsonReport.Of([run]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headroom_TheTightOfThreeHosts_BorrowsAndNothingIsKilledOrLost()
    {
        RunResult run = await RunAsync(Variant.Three, 18, Mode.Headroom);

        Assert.True(Claims.Broken(run).Count == 0, string.Join("; ", Claims.Broken(run)));
        Assert.True(run.PeakLentBytes > 0);
        Assert.True(run.ReclaimedBytes > 0);
    }

    private static async Task<RunResult> RunAsync(Variant variant, int seconds, Mode mode)
    {
        using (LimitedGroup? group = LimitedGroup.TryMake(1 << 20, 1 << 21))
        {
            Assert.SkipWhen(group is null, "a memory cgroup cannot be made here");
        }

        DemoPlan plan = new() { Variant = variant, Seconds = seconds };
        return (await RunSet.RunAsync(plan, [mode], TestContext.Current.CancellationToken)).Single();
    }
}
