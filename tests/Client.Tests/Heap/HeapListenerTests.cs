using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Client.Tests.Heap;

public sealed class HeapListenerTests
{
    private const long Mebibyte = 1L << 20;
    private const long Least = ContainerLedger.MinCollectableBytes;

    // Milliseconds: of what a session's renewals come after, some dozens.
    private const int Step = 100;

    private readonly FakeTimeProvider _time = new();
    private readonly HeapDouble _heap = new()
    {
        ObjectBytes = 5 * Mebibyte,
        CommittedBytes = 10 * Mebibyte,
        ResidentBytes = 60 * Mebibyte,
    };

    private long _leased;

    [Fact]
    public void Read_FreshProcess_OnlyItsHeapMayBeCollectable()
    {
        HeapReading reading = Listen().Read();

        Assert.Equal(
            new HeapReading(5 * Mebibyte, 10 * Mebibyte, 60 * Mebibyte, CollectableBytes: 10 * Mebibyte), reading);
    }

    [Fact]
    public void Read_WhatIsLeasedIsNotCollectable()
    {
        HeapListener listener = Listen();
        _heap.ResidentBytes = 260 * Mebibyte;
        _leased = 200 * Mebibyte;

        Assert.Equal(10 * Mebibyte, listener.Read().CollectableBytes);
    }

    [Fact]
    public void Read_AgainSoon_DoesNotAskTheMachine()
    {
        HeapListener listener = Listen();
        HeapReading first = listener.Read();
        int reads = _heap.Reads;
        _heap.ResidentBytes = 260 * Mebibyte;

        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(first, listener.Read());
        Assert.Equal(reads, _heap.Reads);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(260 * Mebibyte, listener.Read().ResidentBytes);
    }

    [Fact]
    public void TryCollect_InVain_WhatIsLeftIsNotCollectableAnyMore()
    {
        HeapListener listener = Listen();
        _heap.ResidentBytes = 260 * Mebibyte;

        Assert.True(listener.TryCollect(listener.Read().CollectableBytes, 0));

        Assert.Equal(0, listener.Read().CollectableBytes);
        _time.Advance(TimeSpan.FromSeconds(1));
        _heap.ResidentBytes = 270 * Mebibyte;
        Assert.Equal(10 * Mebibyte, listener.Read().CollectableBytes);
    }

    [Fact]
    public void TryCollect_LeasesEndAfterwards_TheyStoodForNothingThatIsLeft()
    {
        HeapListener listener = Listen();
        _heap.ResidentBytes = 260 * Mebibyte;
        _heap.DeadBytes = 200 * Mebibyte;
        _leased = 200 * Mebibyte;

        Assert.True(listener.TryCollect(200 * Mebibyte, stillLeasedBytes: 200 * Mebibyte));
        _leased = 0;

        Assert.Equal(0, listener.Read().CollectableBytes);
    }

    [Fact]
    public void TryCollect_TooLittle_IsNotDone()
    {
        HeapListener listener = Listen();

        Assert.False(listener.TryCollect(Least - 1, 0));
        Assert.Equal(0, _heap.Collections);
        Assert.True(listener.TryCollect(Least, 0));
    }

    [Theory]
    [InlineData(10, 1000)]
    [InlineData(50, 1000)]
    [InlineData(500, 10_000)]
    public void TryCollect_Again_TakesATwentiethOfTheTimeAtMost(int milliseconds, int rest)
    {
        _heap.Takes = (_time, TimeSpan.FromMilliseconds(milliseconds));
        HeapListener listener = Listen();
        Assert.True(listener.TryCollect(Least, 0));

        _time.Advance(TimeSpan.FromMilliseconds(rest - 1));
        Assert.False(listener.TryCollect(Least, 0));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(listener.TryCollect(Least, 0));
        Assert.Equal(2, _heap.Collections);
    }

    [Fact]
    public void TryCollect_NotAllowed_IsNeitherDoneNorOffered()
    {
        HeapListener listener = Listen(collects: false);
        _heap.ResidentBytes = 260 * Mebibyte;

        Assert.False(listener.TryCollect(100 * Mebibyte, 0));
        Assert.Equal(0, listener.Read().CollectableBytes);
        Assert.Equal(0, _heap.Collections);
    }

    [Fact]
    public void Limited_TheRuntimeIsToldOfEachChange()
    {
        HeapListener listener = Listen();

        listener.Limited(null);
        listener.Limited(100);
        listener.Limited(100);
        listener.Limited(null);
        listener.Limited(100);
        Assert.Equal(0, _heap.Refreshes);

        listener.Limited(200);
        Assert.Equal(1, _heap.Refreshes);
        listener.Limited(150);
        Assert.Equal(2, _heap.Refreshes);
    }

    [Fact]
    public void Limited_TheRuntimeRefuses_GoesOn()
    {
        _heap.LimitFault = new InvalidOperationException("too low");
        HeapListener listener = Listen();
        listener.Limited(100);

        listener.Limited(50);
        listener.Limited(50);

        Assert.Equal(1, _heap.Refreshes);
    }

    [Fact]
    public async Task Session_ReportsAndCollectsWhenAskedAndReportsAgain()
    {
        await using BudgetFixture fixture = await new BudgetFixture(heap: _heap).OpenAsync();
        await fixture.UntilAsync(() => Reported(fixture, 60 * Mebibyte, 10 * Mebibyte), "the heap is reported", Step);

        _heap.ResidentBytes = 260 * Mebibyte;
        _heap.DeadBytes = 200 * Mebibyte;
        fixture.Authority.Collect = true;
        await fixture.UntilAsync(() => _heap.Collections == 1, "garbage is collected", Step);
        await fixture.UntilAsync(() => Reported(fixture, 60 * Mebibyte, 0), "what is left is reported", Step);
    }

    [Fact]
    public async Task Session_HardLimitChanges_TheRuntimeIsTold()
    {
        await using BudgetFixture fixture = await new BudgetFixture(heap: _heap).OpenAsync();
        fixture.Authority.HardLimitBytes = 100;
        await fixture.UntilAsync(() => Reported(fixture, 60 * Mebibyte, 10 * Mebibyte), "an answer came", Step);
        await fixture.UntilAsync(() => Reported(fixture, 60 * Mebibyte, 10 * Mebibyte), "and another", Step);

        fixture.Authority.HardLimitBytes = 200;

        await fixture.UntilAsync(() => _heap.Refreshes == 1, "the runtime is told", Step);
    }

    [Fact]
    public async Task Reclaim_HandlerCollectsBeforeItGivesBack()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0, heap: _heap).OpenAsync();
        fixture.Held.Enqueue(await fixture.Cache.AcquireAsync(10_000, Urgency.Optional, BudgetFixture.Token));
        int collectionsBefore = -1;
        using IDisposable handler = fixture.Cache.OnReclaim(request =>
        {
            request.Collect(Least);
            collectionsBefore = _heap.Collections;
            fixture.EndLeases(request.Bytes);
        });

        fixture.Authority.Tell(
            books => (books.ReclaimBelow, books.KeepBytes) = (Urgency.SafeToFail, 0),
            fixture.Budget.GetStatus().Session);
        await fixture.UntilAsync(() => collectionsBefore >= 0, "the handler is called");

        Assert.Equal(1, collectionsBefore);
    }

    [Fact]
    public void Collect_OnARequestMadeByHand_DoesNothing() =>
        new ReclaimRequest("cache", 1, Urgency.SafeToFail, TimeSpan.Zero).Collect(100 * Mebibyte);

    [Fact]
    public void ManagedHeap_OfThisProcess_IsReadAndCollected()
    {
        var heap = new ManagedHeap();
        (long objects, long resident) = ReadWithGarbage(heap);

        heap.Collect();
        heap.RefreshLimit();

        (long left, _, long residentLeft) = heap.Read();
        Assert.True(resident - residentLeft > 30 * Mebibyte, $"{resident} bytes were resident, {residentLeft} are");
        Assert.True(left < objects, $"{objects} bytes of objects were there, {left} are");
    }

    // Of its own, so that nothing of the caller's frame keeps the garbage.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (long Objects, long Resident) ReadWithGarbage(ManagedHeap heap)
    {
        byte[][] garbage = [.. Enumerable.Range(0, 1000).Select(_ => new byte[64 << 10])];
        Array.ForEach(garbage, array => array.AsSpan().Fill(1));
        (long objects, _, long resident) = heap.Read();
        Assert.InRange(objects, 60 * Mebibyte, resident);
        return (objects, resident);
    }

    private static bool Reported(BudgetFixture fixture, long resident, long collectable)
    {
        while (fixture.Authority.Exchanges.TryRead(out ExchangeCommand? exchange))
        {
            if (exchange.Heap is { } heap && (heap.ResidentBytes, heap.CollectableBytes) == (resident, collectable))
            {
                return true;
            }
        }

        return false;
    }

    private HeapListener Listen(bool collects = true) =>
        new(_heap, () => _leased, _time, collects, NullLogger.Instance);
}
