using CsCheck;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Headroom.Support;
using Xunit;

namespace Headroom.Journal.Tests;

/// <summary>Random work on a store and on a dictionary, with crashes, ends in the same content.</summary>
public sealed class ModelTests
{
    private static readonly JournalOptions Small = new()
    {
        SegmentBytes = 4096,
        CommitBufferBytes = 4096,
        CompactionSlackBytes = null,
        MaxCacheBytes = 256 << 10,
    };

    private static readonly Gen<string> Keys = Gen.Int[0, 11].Select(n => $"key-{n}");

    private static readonly Gen<(string Key, int Bytes)> Changes =
        Gen.Select(Keys, Gen.Frequency((3, Gen.Int[0, 200]), (1, Gen.Int[3000, 9000]), (2, Gen.Const(-1))));

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (6, Changes.Array[0, 6].Select(changes => new Step(StepKind.Commit, changes))),
        (2, Changes.Array[1, 4].Select(changes => new Step(StepKind.RollBack, changes))),
        (2, Changes.Array[1, 1].Select(changes => new Step(StepKind.Write, changes))),
        (1, Gen.Const(new Step(StepKind.Compact, []))),
        (1, Gen.Const(new Step(StepKind.Crash, []))),
        (1, Gen.Const(new Step(StepKind.Close, []))));

    private enum StepKind
    {
        Commit,
        RollBack,
        Write,
        Compact,
        Crash,
        Close,
    }

    [Fact]
    public Task Store_OfAnyHistory_HasWhatADictionaryHas()
        => Steps.Array[1, 40].SampleAsync(async steps =>
        {
            using TemporaryFolder folder = new();
            await new History(folder.Path).RunAsync(steps);
        }, iter: 150);

    private sealed class History(string folder)
    {
        private readonly SortedDictionary<string, byte[]> _model = new(StringComparer.Ordinal);
        private readonly LocalBudget _budget = new(8 << 20);
        private long _commits;
        private int _lives;
        private byte _fill;

        private string Path => System.IO.Path.Combine(folder, $"life-{_lives}");

        internal async Task RunAsync(Step[] steps)
        {
            JournalStore store = await OpenAsync();
            foreach (Step step in steps)
            {
                store = await ApplyAsync(store, step);
                await CompareAsync(store);
            }

            await store.DisposeAsync();
            Assert.Equal(0, _budget.LeasedBytes);
        }

        private Task<JournalStore> OpenAsync() => JournalStore.OpenAsync(Path, JournalMemory.Of(_budget), Small);

        private async Task<JournalStore> ApplyAsync(JournalStore store, Step step)
        {
            switch (step.Kind)
            {
                case StepKind.Commit:
                    await ChangeAsync(store, step.Changes, commit: true);
                    return store;
                case StepKind.RollBack:
                    await ChangeAsync(store, step.Changes, commit: false);
                    return store;
                case StepKind.Write:
                    await WriteAsync(store, step.Changes[0]);
                    return store;
                case StepKind.Compact:
                    await store.CompactAsync();
                    return store;
                case StepKind.Crash:
                    string dead = Path;
                    _lives++;
                    Stores.CopyTo(dead, Path);
                    await store.DisposeAsync();
                    return await OpenAsync();
                default:
                    await store.DisposeAsync();
                    return await OpenAsync();
            }
        }

        private async Task ChangeAsync(JournalStore store, (string Key, int Bytes)[] changes, bool commit)
        {
            using Transaction transaction = await store.BeginAsync();
            SortedDictionary<string, byte[]> model = commit ? _model : new(StringComparer.Ordinal);
            foreach ((string key, int bytes) in changes)
            {
                if (bytes < 0)
                {
                    await transaction.DeleteAsync(key);
                    model.Remove(key);
                }
                else
                {
                    model[key] = Value(bytes);
                    await transaction.PutAsync(key, model[key]);
                }
            }

            if (commit)
            {
                _commits += changes.Length > 0 ? 1 : 0;
                Assert.Equal(_commits, await transaction.CommitAsync());
            }
        }

        private async Task WriteAsync(JournalStore store, (string Key, int Bytes) change)
        {
            byte[] value = Value(Math.Max(0, change.Bytes) * 20);
            await using WriterHandle writer = await store.OpenWriterAsync(change.Key);
            foreach (byte[] part in value.Chunk(1000))
            {
                await writer.WriteAsync(part);
            }

            Assert.Equal(++_commits, await writer.CloseAsync());
            _model[change.Key] = value;
        }

        private async Task CompareAsync(JournalStore store)
        {
            using Snapshot snapshot = await store.SnapshotAsync("");
            Assert.Equal(_model.Keys, snapshot.Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal));
            foreach ((string key, byte[] value) in _model)
            {
                Assert.Equal(value, await store.BytesAsync(key));
            }
        }

        private byte[] Value(int bytes)
        {
            byte[] value = new byte[bytes];
            Array.Fill(value, ++_fill);
            return value;
        }
    }

    private sealed record Step(StepKind Kind, (string Key, int Bytes)[] Changes)
    {
        public override string ToString() => $"{Kind}({string.Join(", ", Changes)})";
    }
}
