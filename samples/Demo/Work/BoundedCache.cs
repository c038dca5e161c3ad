using Headroom.Samples.Journal.Cache;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Microsoft.Extensions.Caching.Memory;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// The cache of a careful program: a <see cref="MemoryCache"/> with a size limit. What it evicts is freed by its
/// callback, or by the last reader. A full one turns new blocks away until it has made room in the background; since
/// callbacks may come late, the memory itself is bounded, too, an eighth above the limit.
/// </summary>
internal sealed class BoundedCache : IReadCache
{
    private const int BlockBytes = ReadCache.BlockBytes;
    private const int EvictingShare = 8;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _maxBytes;
    private readonly IAdmission _admission;
    private readonly MemoryCache _blocks;
    private readonly MemoryCacheEntryOptions _terms;
    private readonly ReadAhead _readAhead;
    private long _hits;
    private long _misses;
    private long _ahead;
    private long _refused;
    private long _bypassed;
    private long _evicted;
    private long _bytes;
    private long _peakBytes;
    private volatile bool _closed;

    internal BoundedCache(IAdmission admission, long maxBytes, int readAheadBlocks)
    {
        _admission = admission;
        _maxBytes = maxBytes + (maxBytes / EvictingShare);
        _blocks = new MemoryCache(new MemoryCacheOptions { SizeLimit = maxBytes });
        _terms = new MemoryCacheEntryOptions { Size = BlockBytes };
        _terms.RegisterPostEvictionCallback((_, value, reason, _) =>
        {
            Interlocked.Increment(ref reason == EvictionReason.Capacity ? ref _refused : ref _evicted);
            ((SharedBlock)value!).Release();
        });
        _readAhead = new ReadAhead(readAheadBlocks, LoadAhead);
    }

    /// <inheritdoc/>
    public CacheStatistics Statistics => new(
        Interlocked.Read(ref _hits),
        Interlocked.Read(ref _misses),
        Interlocked.Read(ref _ahead),
        Interlocked.Read(ref _refused),
        Interlocked.Read(ref _bypassed),
        Interlocked.Read(ref _evicted),
        Interlocked.Read(ref _bytes),
        Interlocked.Read(ref _peakBytes));

    /// <inheritdoc/>
    public void Read(DataFile file, long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            BlockKey key = new(file, offset / BlockBytes);
            int start = (int)(offset % BlockBytes);
            Span<byte> part = target[..Math.Min(target.Length, BlockBytes - start)];
            if (Find(key, start + part.Length) is { } block)
            {
                Interlocked.Increment(ref _hits);
                Copy(block, start, part);
            }
            else
            {
                Interlocked.Increment(ref _misses);
                Miss(key, start, part);
            }

            _readAhead.Passed(key);
            offset += part.Length;
            target = target[part.Length..];
        }
    }

    /// <summary>Nothing: who waits for a permit of the limiter gets none by a smaller cache.</summary>
    public long Trim(long bytes) => 0;

    /// <inheritdoc/>
    public void Drop(DataFile file)
    {
        foreach (BlockKey key in _blocks.Keys.Cast<BlockKey>().Where(key => key.File == file))
        {
            _blocks.Remove(key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _readAhead.DisposeAsync();
        _closed = true;
        _blocks.Clear();
        Freed(0);
        await _empty.Task;
        _blocks.Dispose();
    }

    private static void Copy(SharedBlock block, int start, Span<byte> target)
    {
        try
        {
            block.CopyTo(start, target);
        }
        finally
        {
            block.Release();
        }
    }

    // With a use begun, for the caller to end.
    private SharedBlock? Find(BlockKey key, int bytes)
        => _blocks.TryGetValue(key, out SharedBlock? block) && block!.Bytes >= bytes && block.TryUse() ? block : null;

    private void Miss(BlockKey key, int start, Span<byte> target)
    {
        if (Load(key) is not { } block)
        {
            Interlocked.Increment(ref _bypassed);
            FileReads.Fill(key.File, (key.Number * BlockBytes) + start, target);
            return;
        }

        if (block.Bytes >= start + target.Length)
        {
            Copy(block, start, target);
            return;
        }

        block.Release();
        Interlocked.Increment(ref _bypassed);
        FileReads.Fill(key.File, (key.Number * BlockBytes) + start, target);
    }

    private bool LoadAhead(BlockKey key)
    {
        if (key.File.DurableBytes < (key.Number + 1) * BlockBytes || _blocks.TryGetValue(key, out _))
        {
            return false;
        }

        SharedBlock? block = Load(key);
        block?.Release();
        Interlocked.Add(ref _ahead, block is null ? 0 : 1);
        return block is not null;
    }

    // The block with a use begun; null when its file is gone or ends before it.
    private SharedBlock? Load(BlockKey key)
    {
        long start = key.Number * BlockBytes;
        int bytes = (int)Math.Min(BlockBytes, key.File.DurableBytes - start);
        if (bytes <= 0 || Interlocked.Read(ref _bytes) + BlockBytes > _maxBytes || !key.File.TryRetain())
        {
            return null;
        }

        try
        {
            if (LeasedBuffer.TryAllocate(_admission, BlockBytes, Urgency.Optional) is not { } buffer)
            {
                return null;
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

            return Keep(key, buffer, bytes);
        }
        finally
        {
            key.File.Release();
        }
    }

    private SharedBlock Keep(BlockKey key, LeasedBuffer buffer, int bytes)
    {
        SharedBlock block = new(buffer, bytes, Freed);
        long held = Interlocked.Add(ref _bytes, buffer.Length);
        if (held > Interlocked.Read(ref _peakBytes))
        {
            Interlocked.Exchange(ref _peakBytes, held);
        }

        block.TryUse();
        _blocks.Set(key, block, _terms);
        return block;
    }

    private void Freed(long bytes)
    {
        if (Interlocked.Add(ref _bytes, -bytes) == 0 && _closed)
        {
            _empty.TrySetResult();
        }
    }
}
