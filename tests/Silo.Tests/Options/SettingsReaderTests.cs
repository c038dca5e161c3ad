using Headroom.Silo.Options;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Headroom.Silo.Tests.Options;

public sealed class SettingsReaderTests
{
    private const string Key32 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    [Fact]
    public void Read_NothingSet_GivesTheDocumentedDefaults()
    {
        (HeadroomSettings settings, IReadOnlyList<SettingFault> faults) = Read();

        Assert.Empty(faults);
        Assert.Equal(Environment.MachineName.ToLowerInvariant(), settings.Host.Name);
        Assert.Null(settings.Host.CapacityBytes);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.Session.Ttl);
        Assert.Equal(TimeSpan.FromMinutes(5), settings.Session.MaxLeaseTtl);
        Assert.Null(settings.Session.AuthorityLease);
        Assert.Equal(10, settings.Defaults.MarginPercent);
        Assert.Equal(Urgency.MustSucceed, settings.Defaults.MaxUrgency);
        Assert.Equal(ClusterProvider.Local, settings.Cluster.Provider);
        Assert.Equal(11_111, settings.Cluster.SiloPort);
        Assert.Equal(30_000, settings.Cluster.GatewayPort);
        Assert.Equal(30_001, settings.Cluster.MemoryPort);
        Assert.EndsWith("headroom", settings.Store.Path, StringComparison.Ordinal);
        Assert.False(settings.Chaos.Enabled);
        Assert.False(settings.Kubernetes.Enabled);
    }

    [Fact]
    public void Read_OfANode_TakesMonitorAndKubernetes()
    {
        (HeadroomSettings settings, IReadOnlyList<SettingFault> faults) = Read(
            ("Monitor:Scope", "Machine"),
            ("Monitor:SysRoot", "/host/sys"),
            ("Monitor:Interval", "00:00:02"),
            ("Kubernetes:Enabled", "true"));

        Assert.Empty(faults);
        Assert.Equal(Silo.Monitoring.MemoryScope.Machine, settings.Monitor.Scope);
        Assert.Equal("/host/sys", settings.Monitor.SysRoot);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.Monitor.Interval);
        Assert.True(settings.Kubernetes.Enabled);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.Kubernetes.Interval);
    }

    // The bounds are those of the doc comments: the first and last value that is taken, and the next one that is not.
    [Theory]
    [InlineData("Host:Name", "a", true)]
    [InlineData("Host:Name", "node-1.rack_2", true)]
    [InlineData("Host:Name", "Node", false)]
    [InlineData("Host:Name", "a/b", false)]
    [InlineData("Host:Name", "", false)]
    [InlineData("Host:CapacityBytes", "1", true)]
    [InlineData("Host:CapacityBytes", "9223372036854775807", true)]
    [InlineData("Host:CapacityBytes", "0", false)]
    [InlineData("Host:CapacityBytes", "-1", false)]
    [InlineData("Host:CapacityBytes", "9223372036854775808", false)]
    [InlineData("Host:CapacityBytes", "1.5", false)]
    [InlineData("Host:CapacityBytes", "8GiB", false)]
    [InlineData("Host:ReserveBytes", "0", true)]
    [InlineData("Host:ReserveBytes", "-1", false)]
    [InlineData("Host:PledgedBytes", "0", true)]
    [InlineData("Host:PledgedBytes", "-1", false)]
    [InlineData("Session:AuthorityLease", "00:00:06", true)]
    [InlineData("Session:AuthorityLease", "00:05:00", true)]
    [InlineData("Session:AuthorityLease", "00:00:05.999", false)]
    [InlineData("Session:AuthorityLease", "00:05:00.001", false)]
    [InlineData("Urgency:Optional:HostFloorPercent", "90", true)]
    [InlineData("Urgency:Optional:HostFloorPercent", "91", false)]
    [InlineData("Urgency:Optional:ContainerFloorPercent", "-1", false)]
    [InlineData("Urgency:SafeToFail:WaitSeconds", "0", true)]
    [InlineData("Urgency:SafeToFail:WaitSeconds", "3600", true)]
    [InlineData("Urgency:SafeToFail:WaitSeconds", "3600.1", false)]
    [InlineData("Urgency:SafeToFail:WaitSeconds", "NaN", false)]
    [InlineData("Urgency:RiskyToFail:MaxRetries", "1000", true)]
    [InlineData("Urgency:RiskyToFail:MaxRetries", "1001", false)]
    [InlineData("Urgency:RiskyToFail:BaseDelayMilliseconds", "1", true)]
    [InlineData("Urgency:RiskyToFail:BaseDelayMilliseconds", "0", false)]
    [InlineData("Urgency:RiskyToFail:MaxDelayMilliseconds", "60000", true)]
    [InlineData("Urgency:RiskyToFail:MaxDelayMilliseconds", "60001", false)]
    [InlineData("Session:Ttl", "00:00:01", true)]
    [InlineData("Session:Ttl", "00:00:00.9", false)]
    [InlineData("Session:Ttl", "00:05:00", true)]
    [InlineData("Session:Ttl", "00:05:00.1", false)]
    [InlineData("Session:Ttl", "10", false)]
    [InlineData("Session:Ttl", "soon", false)]
    [InlineData("Session:MaxLeaseTtl", "01:00:00", true)]
    [InlineData("Session:MaxLeaseTtl", "01:00:01", false)]
    [InlineData("Defaults:MarginPercent", "0", true)]
    [InlineData("Defaults:MarginPercent", "91", false)]
    [InlineData("Defaults:MaxUrgency", "Optional", true)]
    [InlineData("Defaults:MaxUrgency", "Frantic", false)]
    [InlineData("Defaults:MaxUrgency", "4", false)]
    [InlineData("Defaults:ContainerLimitBytes", "0", false)]
    [InlineData("Cluster:Provider", "Local", true)]
    [InlineData("Cluster:Provider", "Mongo", false)]
    [InlineData("Cluster:Address", "192.0.2.7", true)]
    [InlineData("Cluster:Address", "::1", true)]
    [InlineData("Cluster:Address", "0.0.0.0", false)]
    [InlineData("Cluster:Address", "::", false)]
    [InlineData("Cluster:Address", "localhost", false)]
    [InlineData("Cluster:Address", "7", false)]
    [InlineData("Cluster:Address", "", false)]
    [InlineData("Cluster:SiloPort", "65535", true)]
    [InlineData("Cluster:SiloPort", "65536", false)]
    [InlineData("Cluster:GatewayPort", "0", false)]
    [InlineData("Cluster:MemoryPort", "0", false)]
    [InlineData("Cluster:MemoryPort", "65536", false)]
    [InlineData("Cluster:Key", Key32, true)]
    [InlineData("Cluster:Key", "AAAA", false)]
    [InlineData("Cluster:Key", "not base64", false)]
    [InlineData("Store:Path", "", false)]
    [InlineData("Chaos:Enabled", "true", true)]
    [InlineData("Chaos:Enabled", "perhaps", false)]
    public void Read_OneSetting_IsTakenOrNamed(string key, string value, bool allowed)
    {
        (_, IReadOnlyList<SettingFault> faults) = Read((key, value));

        if (allowed)
        {
            Assert.Empty(faults);
        }
        else
        {
            SettingFault fault = Assert.Single(faults);
            Assert.Equal($"Headroom:{key}", fault.Key);
            Assert.StartsWith($"Setting Headroom:{key} ", fault.ToString(), StringComparison.Ordinal);
            Assert.Contains("Allowed: ", fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_NameOf254Characters_IsRefused()
    {
        Assert.Empty(Read(("Host:Name", new string('a', 253))).Faults);
        Assert.Single(Read(("Host:Name", new string('a', 254))).Faults);
    }

    [Theory]
    [InlineData("Host:Nmae", "x", "CapacityBytes, Name, PledgedBytes, ReserveBytes")]
    [InlineData("Hots:Name", "x", "Chaos, Cluster, Defaults, Host, Kubernetes, Monitor, Session, Store, Urgency")]
    [InlineData("Urgency:Huge:WaitSeconds", "1", "MustSucceed, Optional, RiskyToFail, SafeToFail")]
    public void Read_UnknownSetting_IsNamedWithTheKnownOnes(string key, string value, string known)
    {
        SettingFault fault = Assert.Single(Read((key, value)).Faults);

        Assert.Equal($"Setting Headroom:{key} = '{value}' is unknown. Allowed there: {known}.", fault.ToString());
    }

    [Fact]
    public void Read_SettingInsideAValue_IsNamed()
    {
        SettingFault fault = Assert.Single(Read(("Host:Name:First", "x")).Faults);

        Assert.Equal("Headroom:Host:Name:First", fault.Key);
    }

    [Fact]
    public void Read_ValueForASection_IsNamed()
    {
        SettingFault fault = Assert.Single(Read(("Session", "10")).Faults);

        Assert.Equal("Headroom:Session", fault.Key);
    }

    [Fact]
    public void Read_NamesInAnotherCase_AreTheSameSettings()
    {
        (HeadroomSettings settings, IReadOnlyList<SettingFault> faults) =
            Read(("host:NAME", "x"), ("cluster:provider", "local"));

        Assert.Empty(faults);
        Assert.Equal("x", settings.Host.Name);
    }

    [Fact]
    public void Read_ManyFaults_AreAllNamedOnOneLineEach()
    {
        IReadOnlyList<SettingFault> faults =
            Read(("Session:Ttl", "x\ny"), ("Chaos:On", "1"), ("Cluster:SiloPort", "0")).Faults;
        string[] lines = [.. faults.Select(f => f.ToString())];

        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public void Read_WrongKey_IsNotShown()
    {
        string line = Assert.Single(Read(("Cluster:Key", "hunter2")).Faults).ToString();

        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    private static (HeadroomSettings Settings, IReadOnlyList<SettingFault> Faults) Read(
        params (string Key, string Value)[] set) =>
        SettingsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(set.ToDictionary(s => $"{SettingsReader.Root}:{s.Key}", s => (string?)s.Value))
            .Build());
}
