namespace Headroom.Samples.Journal.Engine;

/// <summary>The data files of a store: at most one checkpoint, and the segments behind it. Thread-safe.</summary>
internal sealed class FileSet(IEnumerable<DataFile> files)
{
    private readonly Lock _lock = new();
    private readonly List<DataFile> _files = [.. files];

    /// <summary>The segment that takes commits.</summary>
    internal DataFile Active
    {
        get
        {
            lock (_lock)
            {
                return _files[^1];
            }
        }
    }

    /// <summary>The length of all files.</summary>
    internal long TotalBytes
    {
        get
        {
            lock (_lock)
            {
                return _files.Sum(file => file.DurableBytes);
            }
        }
    }

    /// <summary>The files now; oldest first.</summary>
    internal IReadOnlyList<DataFile> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _files];
            }
        }
    }

    /// <summary>The files now, each retained; release each.</summary>
    internal IReadOnlyList<DataFile> RetainAll()
    {
        lock (_lock)
        {
            // In this list a file has a use, so that retaining it succeeds.
            return [.. _files.Where(file => file.TryRetain())];
        }
    }

    /// <summary>Adds a new segment.</summary>
    internal void Add(DataFile segment)
    {
        lock (_lock)
        {
            _files.Add(segment);
        }
    }

    /// <summary>
    /// Puts a checkpoint in the place of the files that it replaces; their uses are the caller's now.
    /// </summary>
    internal void Replace(IReadOnlyCollection<DataFile> replaced, DataFile checkpoint)
    {
        lock (_lock)
        {
            _files.RemoveAll(replaced.Contains);
            _files.Insert(0, checkpoint);
        }
    }

    /// <summary>Ends the list's use of each file.</summary>
    internal void ReleaseAll()
    {
        lock (_lock)
        {
            _files.ForEach(file => file.Release());
            _files.Clear();
        }
    }
}
