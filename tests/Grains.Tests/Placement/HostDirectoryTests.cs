using Headroom.Grains.Placement;
using Xunit;

namespace Headroom.Grains.Tests.Placement;

public sealed class HostDirectoryTests
{
    private readonly SilosDouble _silos = new();

    private IHostDirectory Directory => field ??= new HostDirectory(_silos);

    [Fact]
    public void Hosts_AnyStatus_AllThatWereHeardOfInOrder()
    {
        _silos.Set("b", 1, SiloStatus.Active);
        _silos.Set("c", 2, SiloStatus.Dead);
        _silos.Set("a", 3, SiloStatus.Joining);
        _silos.Set("c", 2, SiloStatus.Dead, generation: 2);

        Assert.Equal("b", Directory.Local);
        Assert.Equal(["a", "b", "c"], Directory.Hosts);
        Assert.True(Directory.IsUp("b"));
        Assert.False(Directory.IsUp("a"));
        Assert.False(Directory.IsUp("c"));
        Assert.False(Directory.IsUp("nobody"));
    }

    [Fact]
    public void IsAway_HostComesUp_OnlyForOtherSilos()
    {
        _silos.Set("a", 1, SiloStatus.Active);
        _silos.Set("b", 2, SiloStatus.Joining);
        Assert.False(Directory.IsAway("b"));

        _silos.Set("b", 2, SiloStatus.Active);

        Assert.True(Directory.IsAway("b"));
        Assert.False(Directory.IsAway("a"));
    }
}
