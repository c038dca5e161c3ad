using System.Text;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Headroom.Support;
using Xunit;

namespace Headroom.Journal.Tests;

public sealed class MemoryTests : IDisposable
{
    private const int Megabyte = 1 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryTally _tally = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BeginAsync_WithoutMemory_IsRefusedAndNothingIsHeld()
    {
        LocalBudget budget = new(4 * Megabyte);
        await using JournalStore store = await OpenAsync(budget);
        await store.PutAsync(("a", "1"));
        long before = budget.LeasedBytes;
        using IDisposable hog = await HogAsync(budget);
        MemoryRefusedException refused =
            await Assert.ThrowsAsync<MemoryRefusedException>(async () => await store.BeginAsync());
        Assert.Equal(Urgency.SafeToFail, refused.Urgency);
        hog.Dispose();
        Assert.Equal(before, budget.LeasedBytes);
        Assert.Equal(2, await store.PutAsync(("b", "2")));
    }

    [Fact]
    public async Task CommitAsync_WithoutMemory_WaitsAndThenHolds()
    {
        LocalBudget budget = new(4 * Megabyte);
        await using JournalStore store = await OpenAsync(budget);
        using Transaction transaction = await store.BeginAsync();
        await transaction.PutAsync("a", "value"u8.ToArray());
        IDisposable hog = await HogAsync(budget);
        Task<long> commit = transaction.CommitAsync();
        Assert.False(commit.IsCompleted);
        Assert.Null(await store.GetAsync("b"));
        hog.Dispose();
        Assert.Equal(1, await commit);
        Assert.Equal(Urgency.MustSucceed, Assert.Single(LeasedOnce(), urgency => urgency == Urgency.MustSucceed));
    }

    [Fact]
    public async Task Index_IsHeldSoThatNobodyAsksItBack()
    {
        await using JournalStore store = await OpenAsync(new LocalBudget(4 * Megabyte));
        await store.PutAsync(("a", "value"));
        Assert.Equal(0, _tally.LeasedBytes(Urgency.SafeToFail));
        Assert.True(_tally.LeasedBytes(Urgency.MustSucceed) > 0);
    }

    [Fact]
    public async Task CloseAsync_WithoutMemory_LosesTheValueAndSaysSo()
    {
        LocalBudget budget = new(4 * Megabyte);
        await using JournalStore store = await OpenAsync(budget);
        WriterHandle writer = await store.OpenWriterAsync("a");
        await writer.WriteAsync(new byte[100_000]);
        using (await HogAsync(budget))
        {
            MemoryRefusedException refused =
                await Assert.ThrowsAsync<MemoryRefusedException>(() => writer.CloseAsync());
            Assert.Equal(Urgency.RiskyToFail, refused.Urgency);
        }

        Assert.Null(await store.GetAsync("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task Reading_WithoutAnyCacheMemory_StillReads()
    {
        JournalMemory memory = JournalMemory.Unlimited() with { Cache = new LocalBudget(1) };
        await using JournalStore store = await JournalStore.OpenAsync(
            _folder.Path, memory.CountedBy(_tally), Stores.Manual);
        string value = new('v', 300_000);
        await store.PutAsync(("a", value));
        Assert.Equal(value, await store.GetAsync("a"));
        StoreStatistics statistics = store.GetStatistics();
        Assert.Equal(0, statistics.Cache.PeakBytes);
        Assert.True(statistics.Cache.Bypassed > 0);
        Assert.Contains(_tally.Refusals, refusal => refusal.Key is { Part: "page-cache", Urgency: Urgency.Optional });
    }

    [Fact]
    public async Task Cache_RefusedMore_GivesUpItsOwnBlocks()
    {
        JournalMemory memory = JournalMemory.Unlimited() with { Cache = new LocalBudget(512 << 10) };
        await using JournalStore store = await JournalStore.OpenAsync(
            _folder.Path, memory.CountedBy(_tally), Stores.Manual);
        await FillAsync(store, 30);
        for (int at = 0; at < 30; at++)
        {
            Assert.Equal(100_000, (await store.BytesAsync($"key-{at}"))!.Length);
        }

        StoreStatistics statistics = store.GetStatistics();
        Assert.InRange(statistics.Cache.PeakBytes, 64 << 10, 512 << 10);
        Assert.True(statistics.Cache.Evicted > 0);
    }

    [Fact]
    public async Task Cache_FullWhenOthersNeedMemory_GivesWay()
    {
        LocalBudget budget = new(4 * Megabyte);
        await using JournalStore store = await OpenAsync(budget);
        await FillAsync(store, 60);
        for (int at = 0; at < 60; at++)
        {
            await store.BytesAsync($"key-{at}");
        }

        long cached = store.GetStatistics().Cache.Bytes;
        Assert.True(cached > 2 * Megabyte, $"Only {cached} bytes were cached.");
        using Transaction transaction = await store.BeginAsync();
        await transaction.PutAsync("large", new byte[2 * Megabyte]);
        await transaction.CommitAsync();
        Assert.True(store.GetStatistics().Cache.Bytes < cached);
        Assert.Equal(2 * Megabyte, (await store.BytesAsync("large"))!.Length);
    }

    [Fact]
    public async Task DisposeAsync_AfterWork_HasGivenBackEveryByte()
    {
        LocalBudget budget = new(16 * Megabyte);
        await using (JournalStore store = await OpenAsync(budget))
        {
            await FillAsync(store, 20);
            await store.BytesAsync("key-3");
            await store.CompactAsync();
            Assert.True(budget.LeasedBytes > 0);
        }

        Assert.Equal(0, budget.LeasedBytes);
        Assert.All(Enum.GetValues<Urgency>(), urgency => Assert.Equal(0, _tally.LeasedBytes(urgency)));
        Assert.Equal(Enum.GetValues<Urgency>().Except([Urgency.RiskyToFail]), LeasedOnce());
    }

    [Fact]
    public async Task LeasedBuffer_WhileHeld_IsResidentMemory()
    {
        // So much that it does not matter what other tests of this process take and give back meanwhile.
        const int Size = 256 * Megabyte;
        const long Most = Size / 10 * 9;
        long before = ResidentBytes();
        LeasedBuffer buffer = await LeasedBuffer.AllocateAsync(
            new UnlimitedAdmission(), Size, Urgency.SafeToFail, TestContext.Current.CancellationToken);
        long held = ResidentBytes();
        buffer.Dispose();
        long after = ResidentBytes();
        Assert.True(held - before > Most, $"{held - before} bytes became resident.");
        Assert.True(held - after > Most, $"{held - after} bytes were given back.");
        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }

    [Fact]
    public async Task LeasedBuffer_Disposed_IsFreedBeforeItsLeaseEnds()
    {
        LeasedBuffer? buffer = null;
        bool freed = false;
        OnEnd admission = new(() => freed = Record.Exception(() => buffer!.Span.Length) is ObjectDisposedException);
        buffer = LeasedBuffer.TryAllocate(admission, 1, Urgency.Optional);
        Assert.Equal(NativePages.PageBytes, buffer!.Length);
        buffer.Dispose();
        Assert.True(freed);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Index_OfManyKeys_IsNoLargerThanItsLease()
    {
        const int Keys = 50_000;
        KeyIndex index = new(new UnlimitedAdmission());
        List<Change> changes = [];
        await using JournalStore store = await Stores.OpenAsync(_folder.Path);
        await store.PutAsync(("a", "1"));
        using Snapshot snapshot = await store.SnapshotAsync("");
        Location location = snapshot.Entries[0].Value;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int at = 0; at < Keys; at++)
        {
            changes.Add(new Change($"folder/of/some/file-{at:D8}.extension", location));
        }

        await index.Memory.PromiseAsync(KeyIndex.BytesOf(changes), TestContext.Current.CancellationToken);
        index.Apply(changes);
        changes.Clear();
        changes.TrimExcess();
        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        long leased = index.Memory.LeasedBytes;
        Assert.True(used <= leased, $"{used} bytes were used and {leased} leased.");
        Assert.True(used > leased / 2, $"Only {used} bytes were used of {leased} leased.");
        index.Dispose();
    }

    private Task<JournalStore> OpenAsync(LocalBudget budget)
        => JournalStore.OpenAsync(_folder.Path, JournalMemory.Of(budget).CountedBy(_tally), Stores.Manual);

    private IEnumerable<Urgency> LeasedOnce() => Enum.GetValues<Urgency>().Where(urgency => _tally.Grants(urgency) > 0);

    // Takes all that is left.
    private static ValueTask<IDisposable> HogAsync(LocalBudget budget)
        => budget.AcquireMustSucceedAsync(
            (4 * Megabyte) - budget.LeasedBytes, "hog", TestContext.Current.CancellationToken);

    private static async Task FillAsync(JournalStore store, int keys)
    {
        for (int at = 0; at < keys; at++)
        {
            using Transaction transaction = await store.BeginAsync();
            await transaction.PutAsync(
                $"key-{at}", Encoding.UTF8.GetBytes(new string((char)('a' + (at % 26)), 100_000)));
            await transaction.CommitAsync();
        }
    }

    private static long ResidentBytes()
    {
        string line = File.ReadLines("/proc/self/status").First(
            one => one.StartsWith("VmRSS", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null);
    }

    private sealed class OnEnd(Action ended) : IAdmission, IDisposable
    {
        public bool TryAcquire(long bytes, Urgency urgency, out IDisposable lease)
        {
            lease = this;
            return true;
        }

        public ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken)
            => ValueTask.FromResult<IDisposable>(this);

        public ValueTask<IDisposable> AcquireMustSucceedAsync(
            long bytes, string reason, CancellationToken cancellationToken)
            => ValueTask.FromResult<IDisposable>(this);

        public void Dispose() => ended();
    }
}
