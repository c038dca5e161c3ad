using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Headroom.Samples.Journal.Engine;

namespace Headroom.Samples.Journal.Workload;

/// <summary>
/// Uses a store in all four ways at once. Whoever is refused does what its urgency allows: a reader or a transaction
/// reports it and goes on with the next, a writer loses what it wrote.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="options">What is done.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="observe">
/// Is told each event when it happens, with what <see cref="WorkEvent"/> says of its amount; null for nobody.
/// </param>
internal sealed class MixedWork(
    JournalStore store, WorkOptions options, TimeProvider timeProvider, Action<WorkEvent, long>? observe = null)
{
    /// <summary>The shortest value: it says whose it is and how long.</summary>
    internal const int StampBytes = 16;

    // What one write to a writer has.
    private const int WriteBytes = 16 << 10;
    private const int MaxTransactionChanges = 8;
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(5);

    private readonly Latencies _latencies = new();
    private long _commits;
    private long _commitsFailed;
    private long _transactionsRefused;
    private long _closes;
    private long _closeFailures;
    private long _writersRefused;
    private long _reads;
    private long _bytesRead;
    private long _readersRefused;
    private long _damaged;

    /// <summary>Works for as long as the options say, or until cancelled.</summary>
    internal async Task<WorkReport> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using CancellationTokenSource time = new(options.Duration, timeProvider);
        await using CancellationTokenRegistration end = time.Token.Register(over.Cancel);
        long started = timeProvider.GetTimestamp();
        IEnumerable<Func<Random, CancellationToken, Task>> parts =
        [
            .. Enumerable.Repeat(CommitAsync, options.Committers),
            .. Enumerable.Repeat(WriteAsync, options.Writers),
            .. Enumerable.Repeat(ReadAsync, options.Readers),
            .. Enumerable.Repeat(ScanAsync, options.Scanners),
        ];
        await Task.WhenAll(parts.Select((part, at) =>
        {
            Random chance = new(unchecked((options.Seed * 1_000_003) + at));
            return Task.Run(() => RepeatAsync(part, chance, over.Token), CancellationToken.None);
        }));
        return Report(timeProvider.GetElapsedTime(started));
    }

    private static async Task RepeatAsync(
        Func<Random, CancellationToken, Task> part, Random chance, CancellationToken over)
    {
        try
        {
            while (!over.IsCancellationRequested)
            {
                await part(chance, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The end of the run; nothing was begun that is half-done.
            return;
        }
    }

    private async Task CommitAsync(Random chance, CancellationToken over)
    {
        Transaction transaction;
        try
        {
            transaction = await StageAsync(chance, over);
        }
        catch (MemoryRefusedException refusal)
        {
            Interlocked.Increment(ref _transactionsRefused);
            observe?.Invoke(WorkEvent.TransactionRefused, 1);
            await PauseAsync(refusal, over);
            return;
        }

        using (transaction)
        {
            observe?.Invoke(WorkEvent.CommitBegun, 1);
            long started = timeProvider.GetTimestamp();
            try
            {
                long sequence = await transaction.CommitAsync();
                TimeSpan took = timeProvider.GetElapsedTime(started);
                _latencies.Add(took);
                Interlocked.Increment(ref _commits);
                observe?.Invoke(WorkEvent.Committed, took.Ticks);
                observe?.Invoke(WorkEvent.Durable, sequence);
            }
            catch (Exception failed) when (failed is MemoryRefusedException or JournalFailedException)
            {
                Interlocked.Increment(ref _commitsFailed);
                observe?.Invoke(WorkEvent.CommitFailed, 1);
            }
        }
    }

    private async Task<Transaction> StageAsync(Random chance, CancellationToken over)
    {
        Transaction transaction = await store.BeginAsync(over);
        try
        {
            int changes = chance.Next(1, MaxTransactionChanges + 1);
            for (int change = 0; change < changes; change++)
            {
                string key = Key(chance);
                if (chance.Next(20) == 0)
                {
                    await transaction.DeleteAsync(key, over);
                }
                else
                {
                    int bytes = chance.Next(StampBytes, Math.Max(StampBytes + 1, options.MaxValueBytes / 16));
                    await transaction.PutAsync(key, bytes, target => Fill(target, key), over);
                }
            }

            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    private async Task WriteAsync(Random chance, CancellationToken over)
    {
        string key = Key(chance);
        byte[] value = new byte[chance.Next(StampBytes, options.MaxValueBytes + 1)];
        Fill(value, key);
        WriterHandle? writer = null;
        try
        {
            writer = await store.OpenWriterAsync(key, over);
            for (int at = 0; at < value.Length; at += WriteBytes)
            {
                await writer.WriteAsync(value.AsMemory(at, Math.Min(WriteBytes, value.Length - at)), over);
            }
        }
        catch (MemoryRefusedException refusal)
        {
            Interlocked.Increment(ref _writersRefused);
            observe?.Invoke(WorkEvent.WriterRefused, 1);
            await DropAsync(writer);
            await PauseAsync(refusal, over);
            return;
        }
        catch
        {
            await DropAsync(writer);
            throw;
        }

        await CloseAsync(writer, over);
    }

    private async Task CloseAsync(WriterHandle writer, CancellationToken over)
    {
        observe?.Invoke(WorkEvent.CloseBegun, 1);
        try
        {
            long sequence = await writer.CloseAsync(CancellationToken.None);
            Interlocked.Increment(ref _closes);
            observe?.Invoke(WorkEvent.Closed, 1);
            observe?.Invoke(WorkEvent.Durable, sequence);
        }
        catch (MemoryRefusedException refusal)
        {
            Interlocked.Increment(ref _closeFailures);
            observe?.Invoke(WorkEvent.CloseFailed, 1);
            await PauseAsync(refusal, over);
        }
        catch (JournalFailedException)
        {
            Interlocked.Increment(ref _commitsFailed);
            observe?.Invoke(WorkEvent.CloseFailed, 1);
        }
    }

    private async Task ReadAsync(Random chance, CancellationToken over)
    {
        // Half of all reads go to an eighth of the keys: something for a cache to be good at.
        string key = chance.Next(2) == 0 ? Key(chance.Next(1 + (options.Keys / 8))) : Key(chance);
        try
        {
            using ReadHandle? handle = await store.OpenReadAsync(key, over);
            if (handle is not null)
            {
                Check(handle, key);
            }
            else
            {
                await Task.Yield();
            }
        }
        catch (MemoryRefusedException refusal)
        {
            Interlocked.Increment(ref _readersRefused);
            observe?.Invoke(WorkEvent.ReaderRefused, 1);
            await PauseAsync(refusal, over);
        }
    }

    private async Task ScanAsync(Random chance, CancellationToken over)
    {
        try
        {
            using Snapshot snapshot = await store.SnapshotAsync("", over);
            foreach (KeyValuePair<string, Location> entry in snapshot.Entries)
            {
                over.ThrowIfCancellationRequested();
                using ReadHandle handle = await store.OpenReadAsync(entry, over);
                Check(handle, entry.Key);
            }

            await Task.Yield();
        }
        catch (MemoryRefusedException refusal)
        {
            Interlocked.Increment(ref _readersRefused);
            observe?.Invoke(WorkEvent.ReaderRefused, 1);
            await PauseAsync(refusal, over);
        }
    }

    private void Check(ReadHandle handle, string key)
    {
        Span<byte> stamp = stackalloc byte[StampBytes];
        try
        {
            bool first = true;
            bool right = true;
            long bytes = 0;
            while (handle.TryRead(out ReadOnlySpan<byte> part))
            {
                if (first && key.StartsWith("key-", StringComparison.Ordinal))
                {
                    Stamp(stamp, key, handle.Length);
                    right = part.StartsWith(stamp);
                }

                first = false;
                bytes += part.Length;
            }

            Interlocked.Add(ref _bytesRead, bytes);
            Interlocked.Increment(ref right ? ref _reads : ref _damaged);
            observe?.Invoke(right ? WorkEvent.Read : WorkEvent.Damaged, bytes);
        }
        catch (JournalCorruptException)
        {
            Interlocked.Increment(ref _damaged);
            observe?.Invoke(WorkEvent.Damaged, 0);
        }
    }

    private WorkReport Report(TimeSpan elapsed)
        => new()
        {
            Elapsed = elapsed,
            Commits = _commits,
            CommitsFailed = _commitsFailed,
            CommitP50 = _latencies.Percentile(50),
            CommitP99 = _latencies.Percentile(99),
            TransactionsRefused = _transactionsRefused,
            Closes = _closes,
            CloseFailures = _closeFailures,
            WritersRefused = _writersRefused,
            Reads = _reads,
            BytesRead = _bytesRead,
            ReadersRefused = _readersRefused,
            Damaged = _damaged,
        };

    /// <summary>Fills the value of a key so that readers can check it.</summary>
    internal static void Fill(Span<byte> value, string key)
    {
        Stamp(value, key, value.Length);
        value[StampBytes..].Fill((byte)(value.Length & 0xFF));
    }

    private static void Stamp(Span<byte> target, string key, int length)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.AsBytes(key.AsSpan());
        BinaryPrimitives.WriteUInt64LittleEndian(target, Crc32C.Append(Crc32C.Initial, text));
        BinaryPrimitives.WriteInt64LittleEndian(target[sizeof(ulong)..], length);
    }

    private static ValueTask DropAsync(WriterHandle? writer) => writer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private string Key(Random chance) => Key(chance.Next(options.Keys));

    /// <summary>The name of a key.</summary>
    internal static string Key(int number) => $"key-{number}";

    private Task PauseAsync(MemoryRefusedException refusal, CancellationToken over)
    {
        long ticks = Math.Clamp(refusal.RetryAfter.Ticks, MinPause.Ticks, MaxPause.Ticks);
        return Task.Delay(TimeSpan.FromTicks(ticks), timeProvider, over);
    }
}
