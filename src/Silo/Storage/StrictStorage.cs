using Orleans.Storage;

namespace Headroom.Silo.Storage;

/// <summary>
/// Keeps a record that cannot be read from being taken for one that was never written. The Redis provider reads
/// anything of a key but a hash of its own two fields as no record at all, and the budget would start empty.
/// </summary>
/// <param name="storage">The provider's storage.</param>
/// <param name="exists">Whether there is anything at all where a grain's state is.</param>
internal sealed class StrictStorage(IGrainStorage storage, Func<string, GrainId, Task<bool>> exists) : IGrainStorage
{
    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There is something that is no record. Nothing was read.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await storage.ReadStateAsync(stateName, grainId, grainState);
        if (!grainState.RecordExists && await exists(stateName, grainId))
        {
            throw new InvalidDataException(
                $"The stored record of {grainId} is damaged: it has not the fields of a record. "
                + "Its budget stays stopped until the record is mended.");
        }
    }

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.WriteStateAsync(stateName, grainId, grainState);

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ClearStateAsync(stateName, grainId, grainState);
}
