using Headroom.Grains.Placement;
using Orleans.Runtime.Placement;
using Xunit;

namespace Headroom.Grains.Tests.Placement;

public sealed class HostAffinityDirectorTests
{
    private readonly SilosDouble _silos = new();

    [Theory]
    [InlineData("b")]
    [InlineData("b/orders")]
    [InlineData("b/orders/journal")]
    public async Task OnAddActivation_HostThatIsUp_ItsOwnSilo(string key)
    {
        _silos.Set("a", 1, SiloStatus.Active);
        SiloAddress home = _silos.Set("b", 2, SiloStatus.Active);
        _silos.Set("bb", 3, SiloStatus.Active);

        Assert.Equal(home, await PlaceAsync(key));
    }

    [Theory]
    [InlineData(SiloStatus.Joining)]
    [InlineData(SiloStatus.ShuttingDown)]
    [InlineData(SiloStatus.Dead)]
    public async Task OnAddActivation_HostThatIsNotUp_OneStandInForAllOfIt(SiloStatus status)
    {
        _silos.Set("a", 1, SiloStatus.Active);
        SiloAddress home = _silos.Set("b", 2, status);
        _silos.Set("c", 3, SiloStatus.Active);

        SiloAddress standIn = await PlaceAsync("b");

        Assert.NotEqual(home, standIn);
        Assert.Equal(standIn, await PlaceAsync("b/orders"));
        Assert.Equal(standIn, await PlaceAsync("b/orders/journal"));
    }

    [Fact]
    public async Task OnAddActivation_TwoSilosOfOneHost_TheNewer()
    {
        _silos.Set("b", 2, SiloStatus.Active, generation: 1);
        SiloAddress newer = _silos.Set("b", 2, SiloStatus.Active, generation: 2);
        _silos.Set("b", 3, SiloStatus.Dead, generation: 3);

        Assert.Equal(newer, await PlaceAsync("b"));
    }

    [Fact]
    public void Elsewhere_SilosInAnyOrder_TheSameChoice()
    {
        SiloAddress[] silos =
        [
            _silos.Set("a", 1, SiloStatus.Active),
            _silos.Set("b", 2, SiloStatus.Active),
            _silos.Set("c", 3, SiloStatus.Active),
        ];

        foreach (string host in (string[])["x", "y", "z", "x-1", "x-2", "x-3"])
        {
            Assert.Equal(
                HostAffinityDirector.Elsewhere(host, silos),
                HostAffinityDirector.Elsewhere(host, [silos[2], silos[0], silos[1]]));
        }
    }

    [Fact]
    public void Elsewhere_ManyHosts_AreNotAllOnOneSilo()
    {
        SiloAddress[] silos = [_silos.Set("a", 1, SiloStatus.Active), _silos.Set("b", 2, SiloStatus.Active)];

        int first = Enumerable.Range(0, 100)
            .Count(number => HostAffinityDirector.Elsewhere($"host-{number}", silos).Equals(silos[0]));

        Assert.InRange(first, 25, 75);
    }

    private Task<SiloAddress> PlaceAsync(string key) => new HostAffinityDirector(new HostDirectory(_silos))
        .OnAddActivation(
            HostAffinity.Instance,
            new PlacementTarget(
                GrainId.Create("budget", key), [], GrainInterfaceType.Create("budget"), interfaceVersion: 0),
            _silos);
}
