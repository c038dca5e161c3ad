using Headroom.Samples.Journal.Cache;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// A journaling key-value store in a folder, for one process at a time. What was committed is there after a crash at
/// any moment; nothing of a transaction is visible before all of it is durable. Thread-safe.
/// </summary>
internal sealed class JournalStore : IAsyncDisposable
{
    private const int SnapshotEntryBytes = 64;

    private readonly StoreFolder _folder;
    private readonly JournalMemory _memory;
    private readonly IDisposable? _reclaim;
    private readonly KeyIndex _index;
    private readonly IReadCache _cache;
    private readonly FileSet _files;
    private readonly Committer _committer;
    private readonly Compactor _compactor;
    private readonly Recovered _recovered;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _compactionLock = new();
    private Task _compaction = Task.CompletedTask;
    private string? _compactionFailure;
    private long _compactionsRefused;
    private int _closed;

    private JournalStore(
        StoreFolder folder,
        Recovered recovered,
        KeyIndex index,
        IReadCache cache,
        JournalMemory memory,
        JournalOptions options)
    {
        _folder = folder;
        _recovered = recovered;
        _index = index;
        _cache = cache;
        _memory = memory;
        _files = new FileSet(recovered.Files);
        _committer = new Committer(folder, _files, index, memory.Commits, options, recovered.Sequence);
        _compactor = new Compactor(folder, _files, index, _committer, cache, memory.Opening, options);
        _committer.BatchCompleted = CompactIfDue;
        _reclaim = memory.Cache.OnReclaim(cache.Trim);
    }

    /// <summary>Opens a store, and makes it when it is not there.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="memory">Where each part asks for its memory.</param>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up; the folder is as recovery left it.</param>
    /// <exception cref="JournalCorruptException">Durable data is damaged or missing; nothing was changed.</exception>
    /// <exception cref="MemoryRefusedException">Opening was refused; nothing was changed.</exception>
    /// <exception cref="IOException">Another process has it open, or the system failed.</exception>
    internal static async Task<JournalStore> OpenAsync(
        string path,
        JournalMemory memory,
        JournalOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new JournalOptions();
        StoreFolder folder = StoreFolder.Open(path);
        IReadCache cache = options.Cache?.Invoke(memory.Cache)
            ?? new ReadCache(memory.Cache, options.MaxCacheBytes, options.ReadAheadBlocks);
        JournalMemory yielding = memory.YieldingFrom(cache.Trim, options.TimeProvider);
        KeyIndex index = new(yielding.Commits);
        try
        {
            Recovered recovered = await new Recovery(folder, index, yielding.Opening).RunAsync(cancellationToken);
            return new JournalStore(folder, recovered, index, cache, yielding, options);
        }
        catch
        {
            index.Dispose();
            await cache.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts a transaction.</summary>
    /// <exception cref="MemoryRefusedException">Refused, at a safe place; nothing has begun.</exception>
    internal async ValueTask<Transaction> BeginAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        Staging staging = new(_memory.Opening, Urgency.SafeToFail, _files.Active.Seed);
        await staging.EnsureAsync(1, cancellationToken);
        return new Transaction(_index, _committer, staging, promisedBytes: 0);
    }

    /// <summary>Opens a writer that stores its value at close.</summary>
    /// <exception cref="MemoryRefusedException">Refused, at a safe place; nothing has begun.</exception>
    internal ValueTask<WriterHandle> OpenWriterAsync(string key, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        return WriterHandle.OpenAsync(this, _memory.Writers, _index.Memory, key, cancellationToken);
    }

    /// <summary>Opens a key's value for reading.</summary>
    /// <returns>Null when the key has no value.</returns>
    /// <exception cref="MemoryRefusedException">Refused, at a safe place; nothing is held.</exception>
    /// <exception cref="JournalCorruptException">The record is damaged.</exception>
    internal async ValueTask<ReadHandle?> OpenReadAsync(string key, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        while (_index.TryLocate(key, out Location location))
        {
            // A compaction may have moved the record meanwhile; then the index says where.
            if (location.File.TryRetain())
            {
                return await OpenRetainedAsync(key, location, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Opens an entry of a snapshot that is not disposed.</summary>
    /// <inheritdoc cref="OpenReadAsync(string, CancellationToken)"/>
    internal ValueTask<ReadHandle> OpenReadAsync(
        KeyValuePair<string, Location> entry, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ObjectDisposedException.ThrowIf(!entry.Value.File.TryRetain(), typeof(Snapshot));
        return OpenRetainedAsync(entry.Key, entry.Value, cancellationToken);
    }

    /// <summary>Takes a picture of all keys that begin with a prefix.</summary>
    /// <exception cref="MemoryRefusedException">Refused, at a safe place; nothing is held.</exception>
    internal async ValueTask<Snapshot> SnapshotAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        IDisposable lease = await _memory.Opening.AcquireAsync(
            SnapshotEntryBytes * (1L + _index.Count), Urgency.SafeToFail, cancellationToken);
        return _index.Look(entries =>
        {
            List<KeyValuePair<string, Location>> found =
                [.. entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))];
            found.Sort(FileOrder.Instance);
            return new Snapshot(found, _files.RetainAll(), lease);
        });
    }

    /// <summary>Replaces the log by what it is worth.</summary>
    /// <inheritdoc cref="Compactor.RunAsync"/>
    internal Task CompactAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        return _compactor.RunAsync(cancellationToken);
    }

    /// <summary>A picture of the store now.</summary>
    internal StoreStatistics GetStatistics()
        => new()
        {
            Keys = _index.Count,
            Sequence = _committer.Sequence,
            FileBytes = _files.TotalBytes,
            LiveBytes = _index.LiveBytes,
            Flushes = _committer.Flushes,
            Compactions = _compactor.Completed,
            CompactionsRefused = Interlocked.Read(ref _compactionsRefused),
            CompactionFailure = Volatile.Read(ref _compactionFailure),
            ReplayedTransactions = _recovered.Transactions,
            CutBytes = _recovered.CutBytes,
            Cache = _cache.Statistics,
        };

    /// <summary>
    /// Finishes commits, closes the files and gives all memory back. Handles and transactions must be disposed
    /// before. Idempotent.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync();
        _reclaim?.Dispose();
        Task compaction;
        lock (_compactionLock)
        {
            compaction = _compaction;
        }

        try
        {
            await compaction;
            await _committer.DisposeAsync();
        }
        finally
        {
            await _cache.DisposeAsync();
            _index.Dispose();
            _files.ReleaseAll();
            _compactor.Dispose();
            _closing.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>Starts a transaction that leases its memory as it goes.</summary>
    /// <param name="admission">Whom it asks.</param>
    /// <param name="urgency">How badly.</param>
    /// <param name="promisedBytes">Room in the index that was promised to it, and is its own now.</param>
    internal Transaction Begin(IAdmission admission, Urgency urgency, long promisedBytes)
    {
        ThrowIfClosed();
        return new Transaction(
            _index, _committer, new Staging(admission, urgency, _files.Active.Seed), promisedBytes);
    }

    private async ValueTask<ReadHandle> OpenRetainedAsync(
        string key, Location location, CancellationToken cancellationToken)
    {
        LeasedBuffer? window = null;
        try
        {
            int head = Frames.KeyOffset + location.KeyBytes;
            window = await LeasedBuffer.AllocateAsync(
                _memory.Opening,
                Math.Max(head, Math.Min(location.ValueBytes, ReadHandle.WindowBytes)),
                Urgency.SafeToFail,
                cancellationToken);
            return new ReadHandle(key, location, _cache, window);
        }
        catch
        {
            window?.Dispose();
            location.File.Release();
            throw;
        }
    }

    private void CompactIfDue()
    {
        lock (_compactionLock)
        {
            if (_compaction.IsCompleted
                && !_closing.IsCancellationRequested
                && _compactionFailure is null
                && _compactor.IsDue)
            {
                _compaction = Task.Run(CompactInBackgroundAsync);
            }
        }
    }

    private async Task CompactInBackgroundAsync()
    {
        try
        {
            await _compactor.RunAsync(_closing.Token);
        }
        catch (MemoryRefusedException)
        {
            Interlocked.Increment(ref _compactionsRefused);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The store closes; the next one that opens it compacts.
            return;
        }
        catch (Exception failed)
        {
            // Commits go on without; the statistics say why the log grows.
            Volatile.Write(ref _compactionFailure, failed.Message);
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
}
