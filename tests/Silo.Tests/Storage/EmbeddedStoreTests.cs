using Headroom.Silo.Storage;
using Headroom.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using Xunit;

namespace Headroom.Silo.Tests.Storage;

[Trait("Kind", "Process")]
public sealed class EmbeddedStoreTests
{
    private static readonly GrainId Grain = GrainId.Create("test", "one");

    [Fact]
    public async Task Write_FirstAndNext_AreReadBackAfterARestart()
    {
        using var folder = new TemporaryFolder();
        await using (StoreFixture store = await StoreFixture.StartAsync(folder.Path))
        {
            var state = new GrainState<string>("first");
            await store.Storage.WriteStateAsync("state", Grain, state);
            state.State = "second";
            await store.Storage.WriteStateAsync("state", Grain, state);
        }

        await using StoreFixture again = await StoreFixture.StartAsync(folder.Path);
        Assert.Equal("second", (await ReadAsync(again)).State);
        var other = new GrainState<string>();
        await again.DefaultStorage.ReadStateAsync("state", Grain, other);
        Assert.Equal("second", other.State);
    }

    [Fact]
    public async Task Write_WithAnOldETag_IsInconsistentAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        await using StoreFixture store = await StoreFixture.StartAsync(folder.Path);
        await store.Storage.WriteStateAsync("state", Grain, new GrainState<string>("first"));
        GrainState<string> mine = await ReadAsync(store);
        GrainState<string> theirs = await ReadAsync(store);
        theirs.State = "theirs";
        await store.Storage.WriteStateAsync("state", Grain, theirs);

        mine.State = "mine";

        await Assert.ThrowsAsync<InconsistentStateException>(() => store.Storage.WriteStateAsync("state", Grain, mine));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => store.Storage.WriteStateAsync("state", Grain, new GrainState<string>("as if new")));
        Assert.Equal("theirs", (await ReadAsync(store)).State);
    }

    // Were the read and the write of the provider's script two steps, both of two writers would win now and then. Each
    // writer has a storage of its own, because the commands of one connection are carried out one after the other
    // anyway.
    [Fact]
    public async Task Write_ManyAtOnceWithOneETag_ExactlyOneWins()
    {
        const int Rounds = 100;
        using var folder = new TemporaryFolder();
        await using StoreFixture store = await StoreFixture.StartAsync(folder.Path);
        await store.Storage.WriteStateAsync("state", Grain, new GrainState<string>("start"));
        for (int round = 0; round < Rounds; round++)
        {
            GrainState<string>[] states = await Task.WhenAll(store.Rivals.Select(_ => ReadAsync(store)));

            bool[] won = await Task.WhenAll(
                store.Rivals.Zip(states, (rival, state) => TryWriteAsync(rival, state, $"{round}")));

            Assert.Single(won, true);
        }
    }

    [Fact]
    public async Task Probe_RunningStore_Answers()
    {
        using var folder = new TemporaryFolder();
        await using StoreFixture store = await StoreFixture.StartAsync(folder.Path);

        Assert.True(await store.Probe.AnswersAsync());
    }

    [Fact]
    public async Task Probe_NoStore_SaysNo()
    {
        using var folder = new TemporaryFolder();
        using StoreFolder held = StoreFolder.Open(folder.Path);
        await using var store = new EmbeddedStore(held, StoreShape.Default, NullLoggerFactory.Instance);
        await using var connection = new StoreConnection(() => store.ConnectionOptions);

        Assert.False(await connection.AnswersAsync());
    }

    private static async Task<bool> TryWriteAsync(IGrainStorage storage, GrainState<string> state, string value)
    {
        try
        {
            state.State = value;
            await storage.WriteStateAsync("state", Grain, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    private static async Task<GrainState<string>> ReadAsync(StoreFixture store)
    {
        var state = new GrainState<string>();
        await store.Storage.ReadStateAsync("state", Grain, state);
        return state;
    }
}
