using CsCheck;
using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class SessionCorePropertyTests
{
    private static readonly Gen<(int What, int How)[]> Steps =
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 1 << 24]).Array[1, 400];

    [Fact]
    public void Messages_LostRepeatedAndReordered_ClientNeverHoldsMoreThanIsBookedAndAllComesBack()
        => Steps.Sample(
            steps =>
            {
                var world = new SessionWorld();
                foreach ((int what, int how) in steps)
                {
                    world.Do(what, how);
                }

                world.Settle();
                Assert.Equal(0, world.Authority.ChargedBytes);
            },
            iter: 3000);

    // Without this the property above could hold because nothing ever happens.
    [Fact]
    public void Messages_LostRepeatedAndReordered_MuchIsGrantedAndSomeIsLost()
    {
        int granted = 0;
        int startedAnew = 0;
        int adrift = 0;
        int spread = 0;
        var chance = new Random(7);
        for (int run = 0; run < 200; run++)
        {
            var world = new SessionWorld();
            for (int step = 0; step < 400; step++)
            {
                world.Do(chance.Next(100), chance.Next(1 << 24));
            }

            granted += world.Granted;
            startedAnew += world.Authority.Disbelieved;
            adrift += world.Adrift;
            spread += world.Spread;
        }

        Assert.True(granted > 1000, $"{granted} leases were granted.");
        Assert.True(startedAnew > 5, $"{startedAnew} openings were not believed.");
        Assert.True(spread > 300, $"{spread} leases came from credit that was spread.");
        Assert.True(adrift > 5, $"{adrift} leases came from emergency credit without a session.");
    }
}
