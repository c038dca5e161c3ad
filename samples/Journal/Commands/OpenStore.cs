using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Commands;

/// <summary>A store that a command has open, and the connection that its memory comes from.</summary>
internal sealed class OpenStore(JournalStore store, MemoryTally tally, HeadroomClient? client) : IAsyncDisposable
{
    internal JournalStore Store { get; } = store;

    /// <summary>What was leased and refused.</summary>
    internal MemoryTally Tally { get; } = tally;

    /// <summary>Closes the store, then gives the budget back.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Store.DisposeAsync();
        }
        finally
        {
            if (client is not null)
            {
                await client.DisposeAsync();
            }
        }
    }
}
