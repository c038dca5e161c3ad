using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Upgrade;

/// <summary>
/// Records that silos of earlier versions really wrote, each in a file named for its commit, are read by this one:
/// host <c>host-1</c> with one container that holds 51048576 bytes.
/// </summary>
[Trait("Kind", "Process")]
public sealed class StoredRecordTests
{
    private const string Host = "host-1";
    private const string Key = "headroom/state/hostbudget/host-1/host";

    public static TheoryData<string> Records =>
        [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Upgrade", "Records");

    [Theory]
    [MemberData(nameof(Records))]
    public async Task Start_OnARecordOfAnEarlierVersion_KnowsWhatWasPromised(string record)
    {
        RedisServer store = await RedisServer.StartAsync();
        string data = await File.ReadAllTextAsync(
            Path.Combine(Folder, record), TestContext.Current.CancellationToken);
        await store.CommandAsync("HSET", Key, "data", data.Trim(), "etag", "earlier");

        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            store, hosts: 1, "--Headroom:Host:CapacityBytes=1073741824", "--Headroom:Host:ReserveBytes=134217728");

        var api = new Api(cluster[Host], Host);
        JsonElement host = await api.HostAsync();
        JsonElement container = await api.ContainerAsync("orders");
        JsonElement subsystem = await api.GetAsync($"/v1/hosts/{Host}/containers/orders/subsystems/journal");
        Assert.Equal(51_048_576, Api.Number(host, "allottedBytes"));
        Assert.Equal(67_108_864, Api.Number(host, "pledgedBytes"));
        Assert.Equal(536_870_912, Api.Number(container, "limitBytes"));
        Assert.Equal(67_108_864, Api.Number(container, "guaranteeBytes"));
        Assert.Equal(33_554_432, Api.Number(container, "mustSucceedQuotaBytes"));
        Assert.True(container.GetProperty("learning").GetBoolean(), container.ToString());
        Assert.Equal(51_048_576, Api.Number(container, "unreportedBytes"));
        Assert.True(Api.Number(container, "epoch") > 2, container.ToString());
        Assert.Equal("RiskyToFail", subsystem.GetProperty("maxUrgency").GetString());
        Assert.Equal(65_536, Api.Number(subsystem, "emergencyCreditBytes"));
        Assert.Equal("ReadOnly", subsystem.GetProperty("lastResort").GetString());
        await api.AssertAuditAsync();
    }
}
