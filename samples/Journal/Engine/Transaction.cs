using System.Text;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Changes that hold together or not at all. Starting one and adding to it may be refused, where the caller can still
/// turn back; its commit is not refused for want of memory. Transactions do not see each other; of two that change a
/// key, the one that commits last wins. Not thread-safe.
/// </summary>
internal sealed class Transaction : IDisposable
{
    // Half a character would come back as another one.
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly KeyIndex _index;
    private readonly Committer _committer;
    private readonly Staging _staging;
    private long _promisedBytes;
    private long _spareBytes;
    private bool _over;

    internal Transaction(KeyIndex index, Committer committer, Staging staging, long promisedBytes)
    {
        _index = index;
        _committer = committer;
        _staging = staging;
        _promisedBytes = promisedBytes;
        _spareBytes = promisedBytes;
    }

    /// <summary>Gives a key a value.</summary>
    /// <exception cref="MemoryRefusedException">Nothing was added; the transaction is as it was.</exception>
    /// <exception cref="ArgumentException">The key is empty, too long or no text, or the value is too long. Nothing
    /// was added.</exception>
    internal ValueTask PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
        => PutAsync(key, value.Length, target => value.Span.CopyTo(target), cancellationToken);

    /// <summary>Gives a key a value that is written right where it is staged.</summary>
    /// <inheritdoc cref="PutAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    internal async ValueTask PutAsync(
        string key, int valueBytes, ValueWriter write, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(valueBytes, Frames.MaxValueBytes);
        ObjectDisposedException.ThrowIf(_over, this);
        int keyBytes = KeyBytes(key);
        long promise = IndexMemory.BytesOf(key);
        await _staging.EnsureAsync(Frames.RecordBytes(keyBytes, valueBytes), cancellationToken);
        if (_spareBytes < promise)
        {
            await _index.Memory.PromiseAsync(promise, cancellationToken);
            _promisedBytes += promise;
            _spareBytes += promise;
        }

        // What a write that throws leaves is there for the next.
        _staging.Put(key, valueBytes, write);
        _spareBytes -= promise;
    }

    /// <summary>Takes a key's value away; nothing changes when it has none.</summary>
    /// <exception cref="MemoryRefusedException">Nothing was added; the transaction is as it was.</exception>
    /// <exception cref="ArgumentException">The key is empty, too long or no text. Nothing was added.</exception>
    internal async ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_over, this);
        await _staging.EnsureAsync(Frames.RecordBytes(KeyBytes(key), 0), cancellationToken);
        _staging.Delete(key);
    }

    /// <summary>Makes the changes durable and visible, all of them. The transaction is over then.</summary>
    /// <returns>Its number; that of the last one when it has no changes.</returns>
    /// <exception cref="JournalFailedException">It is not known whether the changes hold.</exception>
    /// <exception cref="MemoryRefusedException">A policy refused must-succeed memory; the changes do not
    /// hold.</exception>
    internal async Task<long> CommitAsync()
    {
        ObjectDisposedException.ThrowIf(_over, this);
        if (_staging.Records.Count == 0)
        {
            Dispose();
            return _committer.Sequence;
        }

        try
        {
            // No way to give up: from here on the answer is wanted, whatever it is.
            long sequence = await _committer.CommitAsync(_staging);
            _promisedBytes = _spareBytes;
            return sequence;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Drops changes that were not committed and gives their memory back. Idempotent.</summary>
    public void Dispose()
    {
        if (!_over)
        {
            _over = true;
            _index.Memory.Withdraw(_promisedBytes);
            _staging.Dispose();
        }
    }

    private static int KeyBytes(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        int bytes = Strict.GetByteCount(key);
        return bytes <= Frames.MaxKeyBytes
            ? bytes
            : throw new ArgumentException(
                $"The key has {bytes} bytes; {Frames.MaxKeyBytes} are the most.", nameof(key));
    }
}
