using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Writes one value bit by bit and stores it at close, as network file systems do. Opening and writing may be refused
/// safely; opening also has room in the index promised. A refusal at close loses what was written, and few programs
/// check for that: it is asked for at a higher urgency. Not thread-safe.
/// </summary>
internal sealed class WriterHandle : IAsyncDisposable
{
    private const int ChunkBytes = 64 << 10;

    private readonly JournalStore _store;
    private readonly IAdmission _admission;
    private readonly IndexMemory _index;
    private readonly string _key;
    private readonly List<LeasedBuffer> _chunks;
    private long _promisedBytes;
    private int _used;
    private bool _closed;

    private WriterHandle(JournalStore store, IAdmission admission, IndexMemory index, string key, LeasedBuffer first)
    {
        _store = store;
        _admission = admission;
        _index = index;
        _key = key;
        _chunks = [first];
        _promisedBytes = IndexMemory.BytesOf(key);
    }

    /// <summary>Bytes written so far.</summary>
    internal int Length { get; private set; }

    internal static async ValueTask<WriterHandle> OpenAsync(
        JournalStore store,
        IAdmission admission,
        IndexMemory index,
        string key,
        CancellationToken cancellationToken)
    {
        LeasedBuffer first = await LeasedBuffer.AllocateAsync(
            admission, ChunkBytes, Urgency.SafeToFail, cancellationToken);
        try
        {
            await index.PromiseAsync(IndexMemory.BytesOf(key), cancellationToken);
        }
        catch
        {
            first.Dispose();
            throw;
        }

        return new WriterHandle(store, admission, index, key, first);
    }

    /// <summary>Adds bytes to the value.</summary>
    /// <exception cref="MemoryRefusedException">Some of the bytes may have been added; see <see
    /// cref="Length"/>.</exception>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Frames.MaxValueBytes - Length);
        while (!bytes.IsEmpty)
        {
            if (_used == _chunks[^1].Length)
            {
                _chunks.Add(await LeasedBuffer.AllocateAsync(
                    _admission, ChunkBytes, Urgency.SafeToFail, cancellationToken));
                _used = 0;
            }

            int part = Math.Min(bytes.Length, _chunks[^1].Length - _used);
            bytes.Span[..part].CopyTo(_chunks[^1].Span[_used..]);
            _used += part;
            Length += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>Stores the value, durably, and closes the handle, whatever comes of it.</summary>
    /// <returns>The number of the transaction that stored it.</returns>
    /// <exception cref="MemoryRefusedException">Refused; what was written is lost.</exception>
    /// <exception cref="JournalFailedException">It is not known whether the value was stored.</exception>
    internal async Task<long> CloseAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        try
        {
            using Transaction transaction = _store.Begin(_admission, Urgency.RiskyToFail, _promisedBytes);
            _promisedBytes = 0;
            await transaction.PutAsync(_key, Length, CopyTo, cancellationToken);
            return await transaction.CommitAsync();
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Drops what was not stored and gives its memory back. Idempotent.</summary>
    public ValueTask DisposeAsync()
    {
        _closed = true;
        _index.Withdraw(_promisedBytes);
        _promisedBytes = 0;
        _chunks.ForEach(chunk => chunk.Dispose());
        _chunks.Clear();
        return ValueTask.CompletedTask;
    }

    private void CopyTo(Span<byte> target)
    {
        foreach (LeasedBuffer chunk in _chunks)
        {
            int part = Math.Min(chunk.Length, target.Length);
            chunk.Span[..part].CopyTo(target);
            target = target[part..];
        }
    }
}
