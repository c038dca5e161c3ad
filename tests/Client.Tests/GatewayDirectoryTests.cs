using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Client.Tests;

public sealed class GatewayDirectoryTests : IDisposable
{
    // No name of the DNS has a part of 64 characters, so that no server is asked.
    private static readonly GatewayAddress Nowhere = new(new string('a', 64), 30_000);

    private readonly FakeTimeProvider _time = new();
    private readonly TcpListener _home = new(IPAddress.Loopback, 0);
    private readonly GatewayAddress _own;
    private readonly GatewayAddress _standIn = new("127.0.0.1", 2);

    public GatewayDirectoryTests()
    {
        // Its port stays its own while nobody listens.
        _home.ExclusiveAddressUse = true;
        _home.Start();
        _own = new GatewayAddress("localhost", ((IPEndPoint)_home.LocalEndpoint).Port);
        _home.Stop();
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task GetGateways_NotConnectedYet_AreItsOwn()
    {
        using GatewayDirectory directory = Directory([_own], [_standIn]);

        Assert.Equal(_own.Port, Assert.Single(await PortsAsync(directory)));
    }

    [Theory]
    [InlineData(1_999, false)]
    [InlineData(2_000, true)]
    public async Task GetGateways_ConnectionLost_AreTheStandInsAfterAWhile(int milliseconds, bool away)
    {
        using GatewayDirectory directory = Directory([_own], [_standIn]);
        directory.Connected(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(_own.Port, Assert.Single(await PortsAsync(directory)));
        directory.Connected(0);

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(away ? _standIn.Port : _own.Port, Assert.Single(await PortsAsync(directory)));
    }

    [Fact]
    public async Task GetGateways_HomeAnswersAgain_AreItsOwnAgain()
    {
        using GatewayDirectory directory = Directory([_own], [_standIn]);
        _time.Advance(TimeSpan.FromSeconds(2));
        await PortsAsync(directory);
        Assert.Equal(_standIn.Port, Assert.Single(await PortsAsync(directory)));
        directory.Connected(1);
        Assert.Equal(_standIn.Port, Assert.Single(await PortsAsync(directory)));

        using var back = new TcpListener(IPAddress.Loopback, _own.Port);
        back.Start();

        Assert.Equal(_own.Port, Assert.Single(await PortsAsync(directory)));
    }

    [Fact]
    public async Task GetGateways_OneOfTwoNamesLeadsNowhere_AreTheOther()
    {
        using GatewayDirectory directory = Directory([Nowhere, _own], []);

        Assert.Equal(_own.Port, Assert.Single(await PortsAsync(directory)));
    }

    [Fact]
    public async Task GetGateways_NoStandIns_StayItsOwn()
    {
        using GatewayDirectory directory = Directory([_own], []);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(_own.Port, Assert.Single(await PortsAsync(directory)));
    }

    [Fact]
    public async Task GetGateways_StandInsOfNoAddress_StayItsOwn()
    {
        using GatewayDirectory directory = Directory([_own], [Nowhere]);
        await PortsAsync(directory);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(_own.Port, Assert.Single(await PortsAsync(directory)));
    }

    // The service of a node's own silo may be missing, and that of all silos be there.
    [Fact]
    public async Task GetGateways_OwnOfNoAddress_AreNoneAndThenTheStandIns()
    {
        using GatewayDirectory directory = Directory([Nowhere], [_standIn]);
        Assert.Empty(await directory.GetGateways());
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(_standIn.Port, Assert.Single(await PortsAsync(directory)));
    }

    private static async Task<int[]> PortsAsync(GatewayDirectory directory) =>
        [.. (await directory.GetGateways()).Where(place => place.Host == "127.0.0.1").Select(place => place.Port)];

    private GatewayDirectory Directory(GatewayAddress[] own, GatewayAddress[] standIns) =>
        new(own, standIns, _time, NullLogger.Instance);
}
