namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Keys and where their values were, between two transactions. The files stay until it is disposed, also when a
/// compaction replaces them.
/// </summary>
internal sealed class Snapshot(
    IReadOnlyList<KeyValuePair<string, Location>> entries, IReadOnlyList<DataFile> files, IDisposable lease)
    : IDisposable
{
    private bool _over;

    /// <summary>The entries, in the order of their files, which is the quickest to read.</summary>
    internal IReadOnlyList<KeyValuePair<string, Location>> Entries { get; } = entries;

    /// <summary>Lets the files go. Idempotent.</summary>
    public void Dispose()
    {
        if (!_over)
        {
            _over = true;
            foreach (DataFile file in files)
            {
                file.Release();
            }

            lease.Dispose();
        }
    }
}
