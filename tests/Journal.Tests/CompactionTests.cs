using System.Collections.Concurrent;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Headroom.Support;
using Xunit;

namespace Headroom.Journal.Tests;

public sealed class CompactionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CompactAsync_AfterOverwrites_LeavesWhatTheStoreIsWorth()
    {
        string path = Path.Combine(_folder.Path, "store");
        await using (JournalStore store = await Stores.OpenAsync(path))
        {
            for (int round = 0; round < 50; round++)
            {
                await store.PutAsync(
                    ("a", $"a{round}"), ("b", round == 30 ? null : $"b{round}"), ($"once-{round}", "x"));
            }

            long before = store.GetStatistics().FileBytes;
            SortedDictionary<string, string> content = await store.ContentAsync();
            await store.CompactAsync();
            StoreStatistics after = store.GetStatistics();
            Assert.True(after.FileBytes < before / 2, $"{after.FileBytes} of {before} bytes were left.");
            Assert.Equal(content, await store.ContentAsync());
            Assert.Equal(
                [Stores.Checkpoint(path, 1), Stores.Segment(path, 2)], Directory.GetFiles(path, "*.journal").Order());
            await store.PutAsync(("a", "later"));
        }

        await using JournalStore again = await Stores.OpenAsync(path);
        Assert.Equal("later", await again.GetAsync("a"));
        Assert.Equal(52, (await again.ContentAsync()).Count);
        Assert.Equal(51, again.GetStatistics().Sequence);
    }

    [Fact]
    public async Task CompactAsync_StoppedAfterAnyStep_LosesNothing()
    {
        string path = Path.Combine(_folder.Path, "store");
        ConcurrentQueue<(CompactionStep Step, string Path)> crashes = new();
        JournalOptions options = Stores.Manual with
        {
            SegmentBytes = 4096,
            Observe = step => crashes.Enqueue(
                (step, Stores.CopyTo(path, Path.Combine(_folder.Path, $"{crashes.Count}-{step}")))),
        };
        await using JournalStore store = await Stores.OpenAsync(path, options);
        for (int round = 0; round < 3; round++)
        {
            for (int key = 0; key < 150; key++)
            {
                await store.PutAsync(($"key-{key}", key % 7 == round ? null : $"{round}-{key}-{new string('v', key)}"));
            }

            crashes.Clear();
            SortedDictionary<string, string> content = await store.ContentAsync();
            await store.CompactAsync();
            Assert.Equal(Enum.GetValues<CompactionStep>(), crashes.Select(crash => crash.Step).Distinct().Order());
            foreach ((CompactionStep step, string crashed) in crashes)
            {
                await using (JournalStore recovered = await Stores.OpenAsync(crashed))
                {
                    bool same = content.SequenceEqual(await recovered.ContentAsync());
                    Assert.True(same, $"After {step} something was lost.");
                    Assert.Empty(Directory.GetFiles(crashed, "*.unfinished"));
                    await recovered.PutAsync(("later", step.ToString()));
                    await recovered.CompactAsync();
                }

                await using JournalStore again = await Stores.OpenAsync(crashed);
                Assert.Equal(step.ToString(), await again.GetAsync("later"));
                Assert.Equal(content.Count + 1, (await again.ContentAsync()).Count);
                Directory.Delete(crashed, recursive: true);
            }
        }
    }

    [Fact]
    public async Task CompactAsync_WhileOthersCommit_LosesNothing()
    {
        string path = Path.Combine(_folder.Path, "store");
        await using (JournalStore store = await Stores.OpenAsync(path, Stores.Manual with { SegmentBytes = 8192 }))
        {
            using CancellationTokenSource done = new();
            Task compacting = Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await store.CompactAsync();
                }
            });
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                for (int round = 0; round < 50; round++)
                {
                    await store.PutAsync(($"{writer}-{round % 10}", $"{round}"), ($"last-{writer}", $"{round}"));
                    Assert.Equal($"{round}", await store.GetAsync($"last-{writer}"));
                }
            })));
            await done.CancelAsync();
            await compacting;
        }

        await using JournalStore again = await Stores.OpenAsync(path);
        SortedDictionary<string, string> content = await again.ContentAsync();
        Assert.Equal(44, content.Count);
        Assert.All(content, entry => Assert.Equal(
            entry.Key.StartsWith("last", StringComparison.Ordinal) ? "49" : $"4{entry.Key[2]}", entry.Value));
    }

    [Fact]
    public async Task CompactAsync_WithADamagedRecord_ReportsItAndKeepsTheLog()
    {
        string path = Path.Combine(_folder.Path, "store");
        await using JournalStore store = await Stores.OpenAsync(path);
        await store.PutAsync(("a", "value"));
        using (FileStream file = new(Stores.Segment(path, 1), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = FileHeader.Bytes + Frames.KeyOffset + 2;
            file.WriteByte(0);
        }

        await Assert.ThrowsAsync<JournalCorruptException>(() => store.CompactAsync());
        Assert.True(File.Exists(Stores.Segment(path, 1)));
        Assert.Empty(Directory.GetFiles(path, "checkpoint*"));
    }

    [Fact]
    public async Task SnapshotAsync_AcrossACompaction_StillReadsWhatWasThere()
    {
        await using JournalStore store = await Stores.OpenAsync(_folder.Path);
        await store.PutAsync(("a", "old"), ("b", "old"));
        using Snapshot snapshot = await store.SnapshotAsync("a");
        await store.PutAsync(("a", "new"));
        await store.CompactAsync();
        using ReadHandle handle = await store.OpenReadAsync(Assert.Single(snapshot.Entries));
        byte[] bytes = new byte[handle.Length];
        handle.ReadAll(bytes);
        Assert.Equal("old"u8.ToArray(), bytes);
        Assert.Equal("new", await store.GetAsync("a"));
    }

    [Fact]
    public async Task CommitAsync_WithALongLog_CompactsByItself()
    {
        JournalOptions options = new() { SegmentBytes = 16 << 10, CompactionSlackBytes = 32 << 10 };
        await using JournalStore store = await JournalStore.OpenAsync(_folder.Path, JournalMemory.Unlimited(), options);
        for (int round = 0; store.GetStatistics().Compactions < 2; round++)
        {
            Assert.True(round < 5000, $"After {round} commits: {store.GetStatistics()}");
            await store.PutAsync(("key", new string('x', 4000)));
        }

        Assert.Null(store.GetStatistics().CompactionFailure);
    }
}
