using CsCheck;
using Headroom.Silo.Options;
using Xunit;

namespace Headroom.Silo.Tests.Options;

public sealed class HostSizesTests
{
    [Fact]
    public void Resolve_NothingSet_TakesTheMachineAndReservesASixteenth() =>
        Assert.Equal(new HostSizes(1_600, 100, 0), Resolve(new HostSettings(), 1_600).Sizes);

    [Fact]
    public void Resolve_OnlyPledgeSet_ReservesAtLeastThat() =>
        Assert.Equal(new HostSizes(1_600, 500, 500), Resolve(new HostSettings { PledgedBytes = 500 }, 1_600).Sizes);

    [Theory]
    [InlineData(1_601L, null, "Headroom:Host:ReserveBytes")]
    [InlineData(null, 1_601L, "Headroom:Host:PledgedBytes")]
    public void Resolve_MoreThanTheMachineHas_NamesTheSetting(long? reserve, long? pledged, string key)
    {
        var settings = new HostSettings { ReserveBytes = reserve, PledgedBytes = pledged };

        Assert.Equal(key, Assert.Single(Resolve(settings, 1_600).Faults).Key);
    }

    // Small numbers, so that they often collide and often fit.
    [Fact]
    public void Resolve_AnySettingsWithoutFault_GivesOrderedSizes()
    {
        Gen<long?> size = Gen.Long[0, 20].Nullable();
        Gen.Select(Gen.Long[1, 20].Nullable(), size, size, Gen.Long[1, 20]).Sample(IsRefusedOrOrdered);
    }

    private static bool IsRefusedOrOrdered(long? capacity, long? reserve, long? pledged, long machine)
    {
        var settings = new HostSettings { CapacityBytes = capacity, ReserveBytes = reserve, PledgedBytes = pledged };
        var faults = new List<SettingFault>();
        SettingsCheck.Check(settings, "Headroom:Host", faults);
        (HostSizes sizes, IReadOnlyList<SettingFault> late) = Resolve(settings, machine);
        return faults.Count + late.Count > 0
            || (sizes.PledgedBytes >= 0
                && sizes.PledgedBytes <= sizes.ReserveBytes
                && sizes.ReserveBytes <= sizes.CapacityBytes);
    }

    private static (HostSizes Sizes, IReadOnlyList<SettingFault> Faults) Resolve(HostSettings settings, long machine) =>
        HostSizes.Resolve(settings, machine);
}
