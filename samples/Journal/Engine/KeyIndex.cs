using System.Collections.Concurrent;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Where the value of each key is. One key is looked up without a lock; who looks at several sees each transaction
/// whole or not at all.
/// </summary>
internal sealed class KeyIndex(IAdmission admission) : IDisposable
{
    private readonly ConcurrentDictionary<string, Location> _entries = new(StringComparer.Ordinal);
    private readonly ReaderWriterLockSlim _whole = new();
    private long _liveBytes;

    /// <summary>The memory that it uses.</summary>
    internal IndexMemory Memory { get; } = new(admission);

    /// <summary>How many keys there are.</summary>
    internal int Count => _entries.Count;

    /// <summary>Bytes of the records that the index points to: what a checkpoint would be worth.</summary>
    internal long LiveBytes => Interlocked.Read(ref _liveBytes);

    /// <summary>Where a key's value is now.</summary>
    internal bool TryLocate(string key, out Location location) => _entries.TryGetValue(key, out location);

    /// <summary>The room that changes need at most.</summary>
    internal static long BytesOf(IReadOnlyList<Change> changes)
        => changes.Sum(change => change.Location is null ? 0 : IndexMemory.BytesOf(change.Key));

    /// <summary>Applies the transactions of one batch, whose room was promised.</summary>
    internal void Apply(IReadOnlyList<Change> changes)
    {
        long promised = BytesOf(changes);
        long used = 0;
        _whole.EnterWriteLock();
        try
        {
            foreach (Change change in changes)
            {
                used += Apply(change);
            }
        }
        finally
        {
            _whole.ExitWriteLock();
        }

        Memory.Settle(promised, used);
    }

    /// <summary>
    /// Points keys to where their records were copied, unless they have changed since, together with another change.
    /// </summary>
    internal void Move(IEnumerable<Relocation> relocations, Action together)
    {
        _whole.EnterWriteLock();
        try
        {
            together();
            foreach (Relocation moved in relocations)
            {
                _entries.TryUpdate(moved.Key, moved.To, moved.From);
            }
        }
        finally
        {
            _whole.ExitWriteLock();
        }
    }

    /// <summary>Runs a look at all of the index, between two transactions.</summary>
    internal T Look<T>(Func<IEnumerable<KeyValuePair<string, Location>>, T> look)
    {
        _whole.EnterReadLock();
        try
        {
            return look(_entries);
        }
        finally
        {
            _whole.ExitReadLock();
        }
    }

    /// <summary>Forgets everything and gives its memory back.</summary>
    public void Dispose()
    {
        _entries.Clear();
        Memory.Dispose();
        _whole.Dispose();
    }

    private long Apply(Change change)
    {
        bool known = _entries.TryGetValue(change.Key, out Location before);
        long liveBytes = known ? -before.RecordBytes : 0;
        long used = 0;
        if (change.Location is { } location)
        {
            _entries[change.Key] = location;
            liveBytes += location.RecordBytes;
            used = known ? 0 : IndexMemory.BytesOf(change.Key);
        }
        else if (known)
        {
            _entries.TryRemove(change.Key, out _);
            used = -IndexMemory.BytesOf(change.Key);
        }

        Interlocked.Add(ref _liveBytes, liveBytes);
        return used;
    }
}
