using Headroom.Grains.Events;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Grains.Tests.Events;

public sealed class EventHubTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly HeadroomEvent[] _buffer = new HeadroomEvent[EventHub.Capacity + 10];
    private readonly EventHub _hub;

    public EventHubTests() => _hub = new EventHub(_time);

    [Fact]
    public void Take_ReaderFromNow_OnlyWhatHappensAfter()
    {
        Publish(1);
        EventReader reader = _hub.Read(after: null);
        Assert.Equal(0, reader.Take(_buffer));

        Publish(2);
        Publish(3);
        Assert.Equal([2, 3], Take(reader));
        Assert.Equal(_time.GetUtcNow(), _buffer[0].Time);
        Assert.Equal(_buffer[0].Number + 1, _buffer[1].Number);
        Assert.Empty(Take(reader));
    }

    [Fact]
    public void Take_SmallBuffer_TheRestComesNext()
    {
        EventReader reader = _hub.Read(null);
        Publish(1);
        Publish(2);
        Publish(3);
        Assert.Equal(2, reader.Take(_buffer.AsSpan(0, 2)));
        Assert.Equal([3], Take(reader));
    }

    [Fact]
    public void Take_ReaderTooSlow_IsToldAndGetsTheNewest()
    {
        EventReader reader = _hub.Read(null);
        for (int number = 0; number < EventHub.Capacity + 5; number++)
        {
            Publish(number);
        }

        long?[] taken = Take(reader);
        Assert.Equal(EventType.Dropped, _buffer[0].Type);
        Assert.Equal(_buffer[1].Number - 1, _buffer[0].Number);
        Assert.Equal([null, .. Enumerable.Range(5, EventHub.Capacity).Select(number => (long?)number)], taken);
    }

    [Fact]
    public void Take_ReaderExactlyAsFarBehindAsIsKept_MissesNothing()
    {
        EventReader reader = _hub.Read(null);
        for (int number = 0; number < EventHub.Capacity; number++)
        {
            Publish(number);
        }

        Assert.Equal(EventHub.Capacity, Take(reader).Length);
        Assert.Equal(EventType.Granted, _buffer[0].Type);
    }

    [Fact]
    public void Read_AfterANumber_GoesOnThere()
    {
        EventReader first = _hub.Read(null);
        Publish(1);
        Publish(2);
        Take(first);

        Assert.Equal([2], Take(_hub.Read(_buffer[0].Number)));
        Assert.Empty(Take(_hub.Read(_buffer[1].Number)));
    }

    [Fact]
    public void Read_AfterARestart_NumbersGoOnGrowingAndTheGapIsTold()
    {
        EventReader before = _hub.Read(null);
        Publish(1);
        Take(before);
        long last = _buffer[0].Number;

        _time.Advance(TimeSpan.FromSeconds(1));
        var restarted = new EventHub(_time);
        EventReader after = restarted.Read(last);
        restarted.Publish(new HeadroomEvent { Type = EventType.Granted, Bytes = 2 });

        Assert.Equal([null, 2], Take(after));
        Assert.Equal(EventType.Dropped, _buffer[0].Type);
        Assert.True(_buffer[1].Number > last);
    }

    [Fact]
    public async Task WaitAsync_SomethingHappens_True()
    {
        EventReader reader = _hub.Read(null);
        Task<bool> waiting = WaitAsync(reader);
        Assert.False(waiting.IsCompleted);

        Publish(1);
        Assert.True(await waiting);
        Assert.True(await WaitAsync(reader));
    }

    [Fact]
    public async Task WaitAsync_NothingHappens_FalseWhenTheTimeIsOver()
    {
        Task<bool> waiting = WaitAsync(_hub.Read(null));
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.False(await waiting);
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        Task<bool> waiting = _hub.Read(null).WaitAsync(TimeSpan.FromSeconds(15), _time, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Publish_FromManyThreads_EveryEventOnceInOrder()
    {
        EventReader reader = _hub.Read(null);
        const int Each = 1000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int number = 0; number < Each; number++)
            {
                Publish((thread * Each) + number);
            }
        })));

        long?[] taken = Take(reader);
        Assert.Equal(4 * Each, taken.Distinct().Count());
        Assert.All(Enumerable.Range(0, 4), thread => Assert.Equal(
            Enumerable.Range(thread * Each, Each).Select(number => (long?)number),
            taken.Where(number => number / Each == thread)));
    }

    [Fact]
    public void Publish_NobodyWaits_AllocatesNothing()
    {
        var happened = new HeadroomEvent { Type = EventType.Granted, Host = "h", Bytes = 1 };
        _hub.Publish(happened);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int time = 0; time < 100; time++)
        {
            _hub.Publish(happened);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private Task<bool> WaitAsync(EventReader reader) =>
        reader.WaitAsync(TimeSpan.FromSeconds(15), _time, TestContext.Current.CancellationToken);

    private void Publish(long bytes) => _hub.Publish(new HeadroomEvent { Type = EventType.Granted, Bytes = bytes });

    private long?[] Take(EventReader reader)
    {
        int count = reader.Take(_buffer);
        return [.. _buffer.Take(count).Select(happened => happened.Bytes)];
    }
}
