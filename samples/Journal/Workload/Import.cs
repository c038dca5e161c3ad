using System.Security.Cryptography;
using Headroom.Samples.Journal.Engine;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Samples.Journal.Workload;

/// <summary>
/// Stores the files of a directory in transactions, then scans the store and compares what comes back.
/// </summary>
internal sealed class Import(JournalStore store, string directory, string storePath, TimeProvider timeProvider)
{
    // A transaction ends when it has this much; a larger file makes one of its own.
    private const long TransactionBytes = 4 << 20;
    private const int TransactionFiles = 64;

    // Refused so often in a row, with the pause that the refusal asks for, the import gives up.
    private const int MaxTries = 20;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, byte[]> _hashes = new(StringComparer.Ordinal);
    private readonly ImportReport _report = new();

    /// <summary>Imports and verifies.</summary>
    /// <exception cref="MemoryRefusedException">Memory was refused again and again. What was committed
    /// stays.</exception>
    internal async Task<ImportReport> RunAsync(CancellationToken cancellationToken)
    {
        long started = timeProvider.GetTimestamp();
        List<string> batch = [];
        long bytes = 0;
        foreach (string path in Files())
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Add(path);
            bytes += new FileInfo(path).Length;
            if (bytes >= TransactionBytes || batch.Count == TransactionFiles)
            {
                await StoreAsync(batch, cancellationToken);
                batch.Clear();
                bytes = 0;
            }
        }

        await StoreAsync(batch, cancellationToken);
        _report.ImportTime = timeProvider.GetElapsedTime(started);
        started = timeProvider.GetTimestamp();
        await ScanAsync(cancellationToken);
        _report.ScanTime = timeProvider.GetElapsedTime(started);
        return _report;
    }

    private IEnumerable<string> Files()
    {
        EnumerationOptions options = new()
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = false,
        };
        string own = storePath + Path.DirectorySeparatorChar;
        return Directory.EnumerateFiles(directory, "*", options).Where(
            path => !path.StartsWith(own, StringComparison.Ordinal));
    }

    private async Task StoreAsync(List<string> batch, CancellationToken cancellationToken)
    {
        int tries = 0;
        int done = 0;
        while (done < batch.Count)
        {
            int stored = 0;
            try
            {
                using Transaction transaction = await store.BeginAsync(cancellationToken);
                stored = await StageAsync(transaction, batch, done, cancellationToken);
                await transaction.CommitAsync();
                _report.Transactions++;
                tries = 0;
            }
            catch (MemoryRefusedException refusal) when (refusal.Urgency == Urgency.SafeToFail && tries < MaxTries)
            {
                // Nothing has happened yet; less of it may fit later.
                tries++;
                _report.Refusals++;
                await PauseAsync(refusal, cancellationToken);
            }

            done += stored;
        }
    }

    // Refused within, it makes do with what is staged already: a smaller transaction.
    private async Task<int> StageAsync(
        Transaction transaction, List<string> batch, int from, CancellationToken cancellationToken)
    {
        int staged = 0;
        foreach (string path in batch.Skip(from))
        {
            try
            {
                await StageAsync(transaction, path, cancellationToken);
            }
            catch (MemoryRefusedException) when (staged > 0)
            {
                _report.Refusals++;
                break;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
            {
                _report.Skipped++;
                _report.Problems.Add($"Skipped {path}: {problem.Message}");
            }

            staged++;
        }

        return staged;
    }

    private async ValueTask StageAsync(Transaction transaction, string path, CancellationToken cancellationToken)
    {
        string key = Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(file);
        if (length > Frames.MaxValueBytes)
        {
            throw new IOException($"the file has {length} bytes, and {Frames.MaxValueBytes} are the most");
        }

        byte[] hash = [];
        await transaction.PutAsync(
            key,
            (int)length,
            target =>
            {
                ReadWhole(file, target);
                hash = SHA256.HashData(target);
            },
            cancellationToken);
        _hashes[key] = hash;
        _report.Files++;
        _report.Bytes += length;
    }

    private static void ReadWhole(SafeFileHandle file, Span<byte> target)
    {
        long offset = 0;
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(file, target, offset);
            if (read == 0)
            {
                throw new IOException("the file became shorter while it was read");
            }

            offset += read;
            target = target[read..];
        }
    }

    private async Task ScanAsync(CancellationToken cancellationToken)
    {
        using Snapshot snapshot = await WhenThereIsMemoryAsync(
            () => store.SnapshotAsync("", cancellationToken), cancellationToken);
        foreach (KeyValuePair<string, Location> entry in snapshot.Entries)
        {
            if (!_hashes.Remove(entry.Key, out byte[]? expected))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            using ReadHandle handle = await WhenThereIsMemoryAsync(
                () => store.OpenReadAsync(entry, cancellationToken), cancellationToken);
            if (Hash(handle).AsSpan().SequenceEqual(expected))
            {
                _report.Verified++;
            }
            else
            {
                _report.Different++;
                _report.Problems.Add($"Different: {entry.Key}");
            }
        }

        _report.Different += _hashes.Count;
        _report.Problems.AddRange(_hashes.Keys.Select(key => $"Missing: {key}"));
    }

    private static byte[] Hash(ReadHandle handle)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (handle.TryRead(out ReadOnlySpan<byte> part))
        {
            hash.AppendData(part);
        }

        return hash.GetHashAndReset();
    }

    private async ValueTask<T> WhenThereIsMemoryAsync<T>(Func<ValueTask<T>> open, CancellationToken cancellationToken)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return await open();
            }
            catch (MemoryRefusedException refusal) when (tries < MaxTries)
            {
                _report.Refusals++;
                await PauseAsync(refusal, cancellationToken);
            }
        }
    }

    private Task PauseAsync(MemoryRefusedException refusal, CancellationToken cancellationToken)
    {
        long ticks = Math.Clamp(refusal.RetryAfter.Ticks, MinPause.Ticks, MaxPause.Ticks);
        return Task.Delay(TimeSpan.FromTicks(ticks), timeProvider, cancellationToken);
    }
}
