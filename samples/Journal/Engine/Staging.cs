using System.Text;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// The records of a transaction before its commit, in memory leased at the urgency of whoever makes it.
/// </summary>
internal sealed class Staging(IAdmission admission, Urgency urgency, uint seed) : IDisposable
{
    private const int ChunkBytes = 64 << 10;

    private readonly List<LeasedBuffer> _chunks = [];
    private readonly List<StagedRecord> _records = [];
    private int _used;

    /// <summary>The records, in order.</summary>
    internal IReadOnlyList<StagedRecord> Records => _records;

    /// <summary>Their length.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Leases memory for so many bytes of records.</summary>
    /// <exception cref="MemoryRefusedException">Refused; what was staged is still there.</exception>
    internal async ValueTask EnsureAsync(int bytes, CancellationToken cancellationToken)
    {
        if (_chunks.Count == 0 || _chunks[^1].Length - _used < bytes)
        {
            LeasedBuffer chunk = await LeasedBuffer.AllocateAsync(
                admission, Math.Max(bytes, ChunkBytes), urgency, cancellationToken);
            _chunks.Add(chunk);
            _used = 0;
        }
    }

    /// <summary>
    /// Adds a record whose value the caller writes; <see cref="EnsureAsync"/> has made room. Adds nothing when that
    /// throws.
    /// </summary>
    internal void Put(string key, int valueBytes, ValueWriter write)
    {
        int keyBytes = Encoding.UTF8.GetByteCount(key);
        Add(RecordType.Put, key, keyBytes, Frames.RecordBytes(keyBytes, valueBytes), write);
    }

    /// <summary>Adds a record that deletes a key; <see cref="EnsureAsync"/> has made room.</summary>
    internal void Delete(string key)
    {
        int keyBytes = Encoding.UTF8.GetByteCount(key);
        Add(RecordType.Delete, key, keyBytes, Frames.RecordBytes(keyBytes, 0), null);
    }

    /// <summary>Frees the memory and gives the leases back.</summary>
    public void Dispose()
    {
        foreach (LeasedBuffer chunk in _chunks)
        {
            chunk.Dispose();
        }

        _chunks.Clear();
        _records.Clear();
        Bytes = 0;
    }

    private void Add(RecordType type, string key, int keyBytes, int recordBytes, ValueWriter? write)
    {
        LeasedBuffer chunk = _chunks[^1];
        Span<byte> record = chunk.Span.Slice(_used, recordBytes);
        Frames.WriteHead(record, type, key, keyBytes);
        write?.Invoke(record[(Frames.KeyOffset + keyBytes)..]);
        Frames.Seal(record, seed);
        _records.Add(new StagedRecord(key, type == RecordType.Delete, chunk, _used, recordBytes, keyBytes));
        _used += recordBytes;
        Bytes += recordBytes;
    }
}
