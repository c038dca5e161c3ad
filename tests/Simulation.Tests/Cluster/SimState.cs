using Headroom.Grains.Budgets;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>
/// A host grain's state over the store of the world; what is stored shares nothing with what is in use.
/// </summary>
internal sealed class SimState(SimStore store, SimSilo silo, string host) : IPersistentState<HostState>
{
    private string? _etag;

    public HostState State { get; set; } = new();

    public string? Etag => _etag;

    public bool RecordExists { get; private set; }

    public async Task ReadStateAsync() => Take(await store.ReadAsync(silo, host));

    public async Task WriteStateAsync()
    {
        // As it is now: it may change while the write is under way.
        var record = new StoredHost(HostStateTable.Read(State, host, exists: true), State.Sizes, _etag!);
        _etag = await store.WriteAsync(silo, host, record);
        RecordExists = true;
    }

    public Task ClearStateAsync() => throw new NotSupportedException("Nothing clears a host's record.");

    /// <summary>Takes what is stored without asking for it: as an activation finds it that begins.</summary>
    internal void Take(StoredHost? record)
    {
        State = new HostState();
        RecordExists = record is not null;
        _etag = record?.Etag;
        if (record is not null)
        {
            HostStateTable.Write(State, host, record.Table);
            State.Sizes = record.Sizes;
        }
    }
}
