using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Cache;

/// <summary>
/// Keeps blocks of files in memory that it asks for as <see cref="Urgency.Optional"/>. Refused, it gives up its own
/// least recently used block for the new one; without any memory it reads from the files.
/// </summary>
internal sealed class ReadCache : IReadCache
{
    /// <summary>The size of a block.</summary>
    internal const int BlockBytes = 64 << 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<BlockKey, CachedBlock> _blocks = [];
    private readonly LinkedList<CachedBlock> _order = new();
    private readonly IAdmission _admission;
    private readonly long _maxBytes;
    private readonly ReadAhead _readAhead;
    private CacheStatistics _statistics;
    private bool _closed;

    internal ReadCache(IAdmission admission, long maxBytes, int readAheadBlocks)
    {
        _admission = admission;
        _maxBytes = maxBytes;
        _readAhead = new ReadAhead(readAheadBlocks, key => Load(key, ahead: true));
    }

    /// <inheritdoc/>
    public CacheStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return _statistics;
            }
        }
    }

    /// <inheritdoc/>
    public void Read(DataFile file, long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            BlockKey key = new(file, offset / BlockBytes);
            int start = (int)(offset % BlockBytes);
            Span<byte> part = target[..Math.Min(target.Length, BlockBytes - start)];
            if (!TryCopy(key, start, part) && !(Load(key, ahead: false) && TryCopy(key, start, part, counts: false)))
            {
                Count(s => s with { Bypassed = s.Bypassed + 1 });
                FileReads.Fill(file, offset, part);
            }

            _readAhead.Passed(key);
            offset += part.Length;
            target = target[part.Length..];
        }
    }

    /// <summary>Gives up least recently used blocks until so many bytes are free, or none is left.</summary>
    /// <returns>How many bytes were freed.</returns>
    public long Trim(long bytes)
    {
        long freed = 0;
        while (freed < bytes && EvictOne() is { } buffer)
        {
            freed += buffer.Length;
            buffer.Dispose();
        }

        return freed;
    }

    /// <inheritdoc/>
    public void Drop(DataFile file)
    {
        List<LeasedBuffer> free = [];
        lock (_lock)
        {
            foreach (CachedBlock block in _blocks.Values.Where(block => block.Key.File == file).ToList())
            {
                Remove(block, free);
            }
        }

        free.ForEach(buffer => buffer.Dispose());
    }

    /// <summary>Stops reading ahead and gives all memory back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _readAhead.DisposeAsync();
        lock (_lock)
        {
            _closed = true;
        }

        Trim(long.MaxValue);
    }

    private bool TryCopy(BlockKey key, int start, Span<byte> target, bool counts = true)
    {
        CachedBlock? block;
        lock (_lock)
        {
            bool hit = _blocks.TryGetValue(key, out block) && start + target.Length <= block.Bytes;
            if (counts)
            {
                _statistics = hit
                    ? _statistics with { Hits = _statistics.Hits + 1 }
                    : _statistics with { Misses = _statistics.Misses + 1 };
            }

            if (!hit)
            {
                return false;
            }

            block!.Readers++;
            _order.Remove(block.Place!);
            _order.AddLast(block.Place!);
        }

        block.Buffer.Span.Slice(start, target.Length).CopyTo(target);
        EndRead(block);
        return true;
    }

    private void EndRead(CachedBlock block)
    {
        lock (_lock)
        {
            // Whoever removed the block while it was read left its memory to the last reader.
            if (--block.Readers > 0 || block.Place is not null)
            {
                return;
            }
        }

        block.Buffer.Dispose();
    }

    // False when the block cannot be kept: there is no memory for it, or its end still changes.
    private bool Load(BlockKey key, bool ahead)
    {
        long start = key.Number * BlockBytes;
        int bytes = (int)Math.Min(BlockBytes, key.File.DurableBytes - start);
        if (bytes <= 0 || (bytes < BlockBytes && ahead) || IsCached(key, bytes) || !key.File.TryRetain())
        {
            return false;
        }

        try
        {
            if (Room(mayEvict: !ahead) is not { } buffer)
            {
                return false;
            }

            try
            {
                FileReads.Fill(key.File, start, buffer.Span[..bytes]);
            }
            catch
            {
                buffer.Dispose();
                throw;
            }

            return Keep(new CachedBlock(key, buffer, bytes), ahead);
        }
        finally
        {
            key.File.Release();
        }
    }

    private bool IsCached(BlockKey key, int bytes)
    {
        lock (_lock)
        {
            return _blocks.TryGetValue(key, out CachedBlock? block) && block.Bytes >= bytes;
        }
    }

    private LeasedBuffer? Room(bool mayEvict)
    {
        bool mayGrow;
        lock (_lock)
        {
            mayGrow = !_closed && _statistics.Bytes + BlockBytes <= _maxBytes;
        }

        LeasedBuffer? buffer = mayGrow ? LeasedBuffer.TryAllocate(_admission, BlockBytes, Urgency.Optional) : null;
        if (buffer is not null)
        {
            return buffer;
        }

        Count(s => s with { Refused = s.Refused + 1 });
        return mayEvict ? EvictOne() : null;
    }

    private bool Keep(CachedBlock block, bool ahead)
    {
        List<LeasedBuffer> free = [];
        bool kept;
        lock (_lock)
        {
            // A shorter block of the same place was read when the file was shorter.
            if (_blocks.TryGetValue(block.Key, out CachedBlock? other) && other.Bytes < block.Bytes)
            {
                Remove(other, free);
            }

            kept = !_closed && _blocks.TryAdd(block.Key, block);
            if (kept)
            {
                block.Place = _order.AddLast(block);
                long bytes = _statistics.Bytes + block.Buffer.Length;
                _statistics = _statistics with
                {
                    Bytes = bytes,
                    PeakBytes = Math.Max(bytes, _statistics.PeakBytes),
                    ReadAhead = _statistics.ReadAhead + (ahead ? 1 : 0),
                };
            }
            else
            {
                free.Add(block.Buffer);
            }
        }

        free.ForEach(buffer => buffer.Dispose());
        return kept;
    }

    // The memory of the least recently used block that nobody reads; null when there is none.
    private LeasedBuffer? EvictOne()
    {
        lock (_lock)
        {
            LinkedListNode<CachedBlock>? node = _order.First;
            while (node is not null && node.Value.Readers > 0)
            {
                node = node.Next;
            }

            if (node is null)
            {
                return null;
            }

            List<LeasedBuffer> free = [];
            Remove(node.Value, free);
            return free[0];
        }
    }

    private void Remove(CachedBlock block, List<LeasedBuffer> free)
    {
        _blocks.Remove(block.Key);
        _order.Remove(block.Place!);
        block.Place = null;
        _statistics = _statistics with
        {
            Bytes = _statistics.Bytes - block.Buffer.Length,
            Evicted = _statistics.Evicted + 1,
        };
        if (block.Readers == 0)
        {
            free.Add(block.Buffer);
        }
    }

    private void Count(Func<CacheStatistics, CacheStatistics> change)
    {
        lock (_lock)
        {
            _statistics = change(_statistics);
        }
    }
}
