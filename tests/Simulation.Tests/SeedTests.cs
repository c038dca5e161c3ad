using System.Globalization;
using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.Runs;
using Headroom.Simulation.Tests.World;
using Xunit;

namespace Headroom.Simulation.Tests;

public sealed class SeedTests
{
    // More of them: ./test sim --seeds N.
    private const ulong Seeds = 400;

    // The same worlds each time prove the same thing: what is new is what the code has become.
    [Fact]
    public async Task Worlds_NothingBreaks_AndMuchHappens()
    {
        SeedRun run = await new ProcessRun(1, Seeds).RunAsync(Environment.ProcessorCount);

        Assert.Equal(Seeds, run.Seeds);
        Assert.True(run.Broken.Count == 0, string.Join(Environment.NewLine, run.Broken.Select(
            verdict => string.Create(
                CultureInfo.InvariantCulture,
                $"./test sim --seed {verdict.Seed} at {verdict.At}: {verdict.Violation}"))));

        // Without this all could hold because nothing ever happens.
        AssertOften(run.Tally, 5, "request QuotaExceeded", "late copy of an opening StartAnew");
        AssertOften(run.Tally, 5, "opening StartAnew", "request LastResort", "cancelled ask of a lender Gone");
        AssertOften(run.Tally, 50, "granted by Loan", "granted by Overdraft", "granted by Reclaim", "granted by Wait");
        AssertOften(run.Tally, 50, "opening Unavailable");
        AssertOften(run.Tally, 20, [.. Enum.GetValues<FaultKind>().Select(kind => $"fault {kind}")]);
        AssertOften(run.Tally, 1000, [.. Enum.GetValues<Urgency>().Select(urgency => $"lease at {urgency}")]);
    }

    [Fact]
    public void World_OfTheSameSeed_IsTheSame()
    {
        const ulong Seed = 77;
        var shared = new SharedParts();
        Verdict first = new SimWorld(PlanMaker.Make(Seed), shared, new Trace(keeps: false)).Run();
        new SimWorld(PlanMaker.Make(Seed + 1), shared, new Trace(keeps: false)).Run();

        Verdict traced = new SimWorld(PlanMaker.Make(Seed), shared, new Trace(keeps: true)).Run();
        Verdict other = new SimWorld(PlanMaker.Make(Seed + 1), shared, new Trace(keeps: false)).Run();

        Assert.Equal((first.Hash, first.Steps, first.At), (traced.Hash, traced.Steps, traced.At));
        Assert.NotEqual(first.Hash, other.Hash);
    }

    private static void AssertOften(Tally tally, long least, params string[] what) => Assert.All(what, one =>
    {
        long times = tally.Counts.GetValueOrDefault(one);
        Assert.True(times >= least, $"\"{one}\" happened {times} times in {Seeds} worlds.");
    });
}
