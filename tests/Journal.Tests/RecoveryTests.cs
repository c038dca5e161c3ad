using Headroom.Samples.Journal.Engine;
using Headroom.Support;
using Xunit;

namespace Headroom.Journal.Tests;

public sealed class RecoveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_AfterClose_HasEverything()
    {
        string path = Path.Combine(_folder.Path, "store");
        await using (JournalStore store = await Stores.OpenAsync(path))
        {
            await store.PutAsync(("a", "1"), ("b", "2"));
            await store.PutAsync(("a", null), ("c", "3"));
        }

        await using JournalStore again = await Stores.OpenAsync(path);
        SortedDictionary<string, string> content = await again.ContentAsync();
        Assert.Equal(new SortedDictionary<string, string> { ["b"] = "2", ["c"] = "3" }, content);
        Assert.Equal(2, again.GetStatistics().Sequence);
    }

    [Fact]
    public async Task Open_WithTheLastTransactionTornAtAnyByte_HasTheOnesBeforeAndGoesOn()
    {
        (string path, long whole, long end) = await CrashedStoreAsync();
        for (long cut = whole; cut < end; cut++)
        {
            string torn = Stores.CopyTo(path, Path.Combine(_folder.Path, $"torn-{cut}"));
            using (FileStream file = new(Stores.Segment(torn, 1), FileMode.Open))
            {
                file.SetLength(cut);
            }

            await using (JournalStore store = await Stores.OpenAsync(torn))
            {
                Assert.Equal(cut - whole, store.GetStatistics().CutBytes);
                Assert.Equal("first", await store.GetAsync("a"));
                Assert.Null(await store.GetAsync("b"));
                Assert.Equal(2, await store.PutAsync(("d", "after")));
            }

            await using JournalStore again = await Stores.OpenAsync(torn);
            Assert.Equal(["a", "d"], (await again.ContentAsync()).Keys);
        }
    }

    [Fact]
    public async Task Open_WithAnyByteOfAnUnacknowledgedTailChanged_NeverHasHalfOfIt()
    {
        (string path, long whole, long end) = await CrashedStoreAsync();
        byte[] original = await File.ReadAllBytesAsync(Stores.Segment(path, 1));
        for (long at = whole; at < end; at++)
        {
            string changed = Stores.CopyTo(path, Path.Combine(_folder.Path, $"changed-{at}"));
            byte[] bytes = [.. original];
            bytes[at] ^= 0x40;
            await File.WriteAllBytesAsync(Stores.Segment(changed, 1), bytes);
            await using JournalStore store = await Stores.OpenAsync(changed);
            Assert.Equal(["a"], (await store.ContentAsync()).Keys);
        }
    }

    [Fact]
    public async Task Open_WithZeroesBehindTheEnd_CutsThem()
    {
        (string path, _, long end) = await CrashedStoreAsync();
        using (FileStream file = new(Stores.Segment(path, 1), FileMode.Open))
        {
            file.SetLength(end + 5000);
        }

        await using JournalStore store = await Stores.OpenAsync(path);
        Assert.Equal(5000, store.GetStatistics().CutBytes);
        Assert.Equal(["a", "b", "c"], (await store.ContentAsync()).Keys);
    }

    [Fact]
    public async Task Open_WithAnyByteOfAnEarlierTransactionChanged_ReportsItAndChangesNothing()
    {
        (string path, long whole, _) = await CrashedStoreAsync();
        byte[] original = await File.ReadAllBytesAsync(Stores.Segment(path, 1));
        for (long at = 0; at < whole; at++)
        {
            byte[] bytes = [.. original];
            bytes[at] ^= 0x01;
            await File.WriteAllBytesAsync(Stores.Segment(path, 1), bytes);
            await Assert.ThrowsAsync<JournalCorruptException>(() => Stores.OpenAsync(path));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Stores.Segment(path, 1)));
        }
    }

    [Fact]
    public async Task Open_WithTheLastTransactionChangedAfterAnOrderlyClose_ReportsIt()
    {
        string path = Path.Combine(_folder.Path, "closed");
        await using (JournalStore store = await Stores.OpenAsync(path))
        {
            await store.PutAsync(("a", "value"));
        }

        byte[] bytes = await File.ReadAllBytesAsync(Stores.Segment(path, 1));
        bytes[FileHeader.Bytes + Frames.KeyOffset + 3] ^= 0x10;
        await File.WriteAllBytesAsync(Stores.Segment(path, 1), bytes);
        JournalCorruptException found = await Assert.ThrowsAsync<JournalCorruptException>(() => Stores.OpenAsync(path));
        Assert.Equal(FileHeader.Bytes, found.Offset);
    }

    [Fact]
    public async Task Open_WithAnOlderSegmentTorn_ReportsIt()
    {
        string path = await SegmentedStoreAsync();
        using (FileStream file = new(Stores.Segment(path, 2), FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        await Assert.ThrowsAsync<JournalCorruptException>(() => Stores.OpenAsync(path));
    }

    [Fact]
    public async Task Open_WithASegmentMissing_ReportsIt()
    {
        string path = await SegmentedStoreAsync();
        File.Delete(Stores.Segment(path, 2));
        JournalCorruptException found = await Assert.ThrowsAsync<JournalCorruptException>(() => Stores.OpenAsync(path));
        Assert.EndsWith("segment-0000000002.journal", found.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithASegmentOfAnotherStore_ReportsIt()
    {
        string path = await SegmentedStoreAsync();
        string other = await SegmentedStoreAsync("other");
        File.Copy(Stores.Segment(other, 2), Stores.Segment(path, 2), overwrite: true);
        await Assert.ThrowsAsync<JournalCorruptException>(() => Stores.OpenAsync(path));
    }

    [Fact]
    public async Task Open_WithTheNewestSegmentNotBegun_GoesOnInTheOneBefore()
    {
        (string path, _, _) = await CrashedStoreAsync();
        await File.WriteAllBytesAsync(Stores.Segment(path, 2), new byte[17]);
        await using JournalStore store = await Stores.OpenAsync(path);
        Assert.Equal(["a", "b", "c"], (await store.ContentAsync()).Keys);
        Assert.Equal(3, await store.PutAsync(("d", "4")));
        Assert.False(File.Exists(Stores.Segment(path, 2)));
    }

    [Fact]
    public async Task Open_WithAJournalInsideATornValue_IsNotMisledByIt()
    {
        string path = Path.Combine(_folder.Path, "nested");
        string copy = Path.Combine(_folder.Path, "copy");
        byte[] journal;
        await using (JournalStore store = await Stores.OpenAsync(path))
        {
            await store.PutAsync(("a", "1"));
            await store.PutAsync(("b", "2"));
            Stores.CopyTo(path, copy);
            journal = await File.ReadAllBytesAsync(Stores.Segment(copy, 1));
            using Transaction transaction = await store.BeginAsync();
            await transaction.PutAsync("journal", journal);
            await transaction.CommitAsync();
            Directory.Delete(copy, recursive: true);
            Stores.CopyTo(path, copy);
        }

        using (FileStream file = new(Stores.Segment(copy, 1), FileMode.Open))
        {
            file.SetLength(file.Length - 1);
            file.Position = journal.Length + 4;
            file.WriteByte(0);
        }

        await using JournalStore again = await Stores.OpenAsync(copy);
        Assert.Equal(["a", "b"], (await again.ContentAsync()).Keys);
    }

    [Fact]
    public async Task Open_WhileOpen_IsRefused()
    {
        await using JournalStore store = await Stores.OpenAsync(_folder.Path);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => Stores.OpenAsync(_folder.Path));
        Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
    }

    // One acknowledged transaction, and a second one behind it; as a kill leaves it. Whole is where the second begins.
    private async Task<(string Path, long Whole, long End)> CrashedStoreAsync()
    {
        string path = Path.Combine(_folder.Path, "live");
        await using JournalStore store = await Stores.OpenAsync(path);
        await store.PutAsync(("a", "first"));
        long whole = new FileInfo(Stores.Segment(path, 1)).Length;
        await store.PutAsync(("b", "second"), ("c", "third"));
        string crashed = Stores.CopyTo(path, Path.Combine(_folder.Path, "crashed"));
        return (crashed, whole, new FileInfo(Stores.Segment(crashed, 1)).Length);
    }

    private async Task<string> SegmentedStoreAsync(string name = "segmented")
    {
        string path = Path.Combine(_folder.Path, name);
        await using JournalStore store = await Stores.OpenAsync(path, Stores.Manual with { SegmentBytes = 4096 });
        for (int at = 0; at < 3; at++)
        {
            await store.PutAsync(($"key-{at}", new string('x', 5000)));
        }

        return path;
    }
}
