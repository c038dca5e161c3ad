using CsCheck;
using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class LedgerWorldPropertyTests
{
    private static readonly Gen<(int What, int How)[]> Steps =
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 1 << 20]).Array[1, 400];

    [Fact]
    public void Everything_LostRepeatedReorderedRestarted_NobodyHoldsMoreThanIsBookedAndAllComesBack() => Steps.Sample(
        steps =>
        {
            var world = new LedgerWorld(tight: steps.Length % 2 == 0);
            foreach ((int what, int how) in steps)
            {
                world.Do(what, how);
            }

            world.Settle();
        },
        iter: Effort.Cases(1500));

    // Without this the property above could hold because nothing ever happens.
    [Fact]
    public void Everything_LostRepeatedReorderedRestarted_MuchIsGrantedAndSomeIsLost()
    {
        int granted = 0;
        int waited = 0;
        int startedAnew = 0;
        int overlaps = 0;
        int reclaimed = 0;
        int asked = 0;
        int overdrawn = 0;
        var chance = new Random(7);
        for (int run = 0; run < 100; run++)
        {
            var world = new LedgerWorld(tight: run % 2 == 0);
            for (int step = 0; step < 500; step++)
            {
                world.Do(chance.Next(100), chance.Next(1 << 20));
            }

            granted += world.Granted;
            waited += world.Waited;
            startedAnew += world.StartedAnew;
            overlaps += world.Overlaps;
            asked += world.Asked;
            reclaimed += world.GrantedFrom(Rung.Reclaim);
            overdrawn += world.GrantedFrom(Rung.Overdraft);
        }

        Assert.True(granted > 400, $"{granted} leases were granted.");
        Assert.True(waited > 500, $"{waited} requests waited.");
        Assert.True(asked > 60, $"{asked} times bytes were asked back.");
        Assert.True(reclaimed > 25, $"{reclaimed} leases were granted from what was taken back.");
        Assert.True(overdrawn > 8, $"{overdrawn} leases were granted as overdraft.");
        Assert.True(startedAnew > 0, $"{startedAnew} openings were not believed.");
        Assert.True(overlaps > 1000, $"{overlaps} messages reached an authority that was replaced.");
    }
}
