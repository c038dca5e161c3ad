using Headroom.Silo.Options;
using Xunit;

namespace Headroom.Silo.Tests.Options;

public sealed class SettingsCheckTests
{
    [Fact]
    public void Check_ReserveAboveCapacity_NamesTheReserve() =>
        AssertFault("Headroom:Host:ReserveBytes", s => (s.Host.CapacityBytes, s.Host.ReserveBytes) = (10, 11));

    [Fact]
    public void Check_PledgeAboveReserve_NamesThePledge() =>
        AssertFault("Headroom:Host:PledgedBytes", s => (s.Host.ReserveBytes, s.Host.PledgedBytes) = (10, 11));

    [Fact]
    public void Check_SizesThatAreEqual_AreAllowed() =>
        Assert.Empty(Check(s => (s.Host.CapacityBytes, s.Host.ReserveBytes, s.Host.PledgedBytes) = (10, 10, 10)));

    [Fact]
    public void Check_HostFloorThatRises_NamesTheHigherUrgency() =>
        AssertFault("Headroom:Urgency:SafeToFail:HostFloorPercent", s => s.Urgency.SafeToFail.HostFloorPercent = 21);

    [Fact]
    public void Check_ContainerFloorThatRises_NamesTheHigherUrgency() => AssertFault(
        "Headroom:Urgency:RiskyToFail:ContainerFloorPercent",
        s => s.Urgency.RiskyToFail.ContainerFloorPercent = 11);

    [Fact]
    public void Check_FloorOfMustSucceed_IsRefusedWhereverTheOthersAre() =>
        AssertFault("Headroom:Urgency:MustSucceed:HostFloorPercent", s => s.Urgency.MustSucceed.HostFloorPercent = 1);

    [Fact]
    public void Check_LongestPauseBelowTheFirst_IsRefused() => AssertFault(
        "Headroom:Urgency:RiskyToFail:MaxDelayMilliseconds",
        s => (s.Urgency.RiskyToFail.BaseDelayMilliseconds, s.Urgency.RiskyToFail.MaxDelayMilliseconds) = (100, 99));

    [Fact]
    public void Check_LeaseTtlBelowTheSessions_IsRefused() => AssertFault(
        "Headroom:Session:MaxLeaseTtl",
        s => (s.Session.Ttl, s.Session.MaxLeaseTtl) = (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(29)));

    [Fact]
    public void Check_OnePortForTwo_IsRefused()
    {
        AssertFault("Headroom:Cluster:GatewayPort", s => s.Cluster.GatewayPort = s.Cluster.SiloPort);
        AssertFault("Headroom:Cluster:MemoryPort", s => s.Cluster.MemoryPort = s.Cluster.SiloPort);
        AssertFault("Headroom:Cluster:MemoryPort", s => s.Cluster.MemoryPort = s.Cluster.GatewayPort);
    }

    [Theory]
    [InlineData("127.0.0.1:5432")]
    [InlineData("Host=db;Colour=blue")]
    [InlineData("Database=headroom")]
    public void Check_PostgreSqlAddressThatIsNone_IsRefused(string address) =>
        AssertFault("Headroom:Cluster:ConnectionString", s => UsePostgreSql(s, address));

    [Fact]
    public void Check_PostgreSqlAddress_IsTaken() =>
        Assert.Empty(Check(s => UsePostgreSql(s, "Host=db;Database=headroom;Username=headroom;Password=x")));

    [Fact]
    public void Check_RedisWithoutAddressAndKey_NamesBoth() => Assert.Equal(
        ["Headroom:Cluster:ConnectionString", "Headroom:Cluster:Key"],
        Check(s => s.Cluster.Provider = ClusterProvider.Redis).Select(f => f.Key));

    [Fact]
    public void Check_RedisAddressThatIsNone_IsRefused() => AssertFault("Headroom:Cluster:ConnectionString", s =>
    {
        s.Cluster.Provider = ClusterProvider.Redis;
        s.Cluster.ConnectionString = "localhost:6379,colour=blue";
        s.Cluster.Key = Convert.ToBase64String(new byte[ClusterSettings.KeyBytes]);
    });

    private static void UsePostgreSql(HeadroomSettings settings, string address)
    {
        settings.Cluster.Provider = ClusterProvider.PostgreSql;
        settings.Cluster.ConnectionString = address;
        settings.Cluster.Key = Convert.ToBase64String(new byte[ClusterSettings.KeyBytes]);
    }

    private static void AssertFault(string key, Action<HeadroomSettings> change) =>
        Assert.Equal(key, Assert.Single(Check(change)).Key);

    private static List<SettingFault> Check(Action<HeadroomSettings> change)
    {
        var settings = new HeadroomSettings();
        change(settings);
        var faults = new List<SettingFault>();
        SettingsCheck.Check(settings, SettingsReader.Root, faults);
        return faults;
    }
}
