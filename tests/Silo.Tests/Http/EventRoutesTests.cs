using System.Text.Json;
using Headroom.Grains.Events;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class EventRoutesTests : IAsyncLifetime
{
    private readonly HttpFixture _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task GetEvents_SomethingHappens_ComesWithNameIdAndData()
    {
        await using EventStreamReader stream = await OpenAsync();
        Assert.Equal("text/event-stream", stream.MediaType);
        _server.Events.Publish(new HeadroomEvent
        {
            Type = EventType.Granted,
            Host = "host-1",
            Container = "web",
            Subsystem = "journal",
            Urgency = Urgency.MustSucceed,
            Bytes = 4096,
            Rung = Rung.LastResort,
            Detail = "two\nlines",
        });

        JsonElement granted = await stream.NextAsync();
        Assert.Equal("granted", granted.GetProperty("type").GetString());
        Assert.Equal("host-1", granted.GetProperty("host").GetString());
        Assert.Equal("web", granted.GetProperty("container").GetString());
        Assert.Equal("journal", granted.GetProperty("subsystem").GetString());
        Assert.Equal("MustSucceed", granted.GetProperty("urgency").GetString());
        Assert.Equal(4096, granted.GetProperty("bytes").GetInt64());
        Assert.Equal("lastResort", granted.GetProperty("rung").GetString());
        Assert.Equal("two\nlines", granted.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task GetEvents_Filtered_OnlyWhatWasAskedFor()
    {
        await using EventStreamReader stream =
            await OpenAsync("?types=configured,REFUSED&types=pressure&container=web");
        Publish(EventType.Granted, "web");
        Publish(EventType.Configured, "other");
        Publish(EventType.Configured, "web");
        Publish(EventType.Pressure, null);
        Publish(EventType.Refused, "web");

        Assert.Equal("configured", (await stream.NextAsync()).GetProperty("type").GetString());
        Assert.Equal("refused", (await stream.NextAsync()).GetProperty("type").GetString());
    }

    [Fact]
    public async Task GetEvents_WithLastEventId_GoesOnAfterIt()
    {
        await using EventStreamReader first = await OpenAsync();
        Publish(EventType.Granted, "a");
        Publish(EventType.Granted, "b");
        Publish(EventType.Granted, "c");
        long number = (await first.NextAsync()).GetProperty("number").GetInt64();

        await using EventStreamReader second = await OpenAsync(after: number);
        Assert.Equal("b", (await second.NextAsync()).GetProperty("container").GetString());
        Assert.Equal("c", (await second.NextAsync()).GetProperty("container").GetString());
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(long.MaxValue)]
    public async Task GetEvents_WithAnIdThatIsNotKept_SaysSoAndGivesWhatThereIs(long after)
    {
        Publish(EventType.Granted, "a");
        await using EventStreamReader stream = await OpenAsync("?types=granted", after);
        JsonElement dropped = await stream.NextAsync();
        Assert.Equal("dropped", dropped.GetProperty("type").GetString());
        JsonElement granted = await stream.NextAsync();
        Assert.Equal("a", granted.GetProperty("container").GetString());
        Assert.True(dropped.GetProperty("number").GetInt64() < granted.GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task GetEvents_ServerStops_EndsCleanly()
    {
        await using EventStreamReader stream = await OpenAsync();
        Task stopping = _server.StopAsync();
        Assert.True(await stream.EndsAsync());
        await stopping;
    }

    private Task<EventStreamReader> OpenAsync(string query = "", long? after = null) =>
        EventStreamReader.OpenAsync(_server.Http, query, after, Cancellation);

    private void Publish(EventType type, string? container) =>
        _server.Events.Publish(new HeadroomEvent { Type = type, Host = "host-1", Container = container });
}
