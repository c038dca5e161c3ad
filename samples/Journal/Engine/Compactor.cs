using System.Buffers.Binary;
using Headroom.Samples.Journal.Cache;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Replaces all files in front of the active segment by one checkpoint of what they are still worth, while commits go
/// on. Its memory is asked for as <see cref="Urgency.SafeToFail"/>: refused, the log stays long for now.
/// </summary>
internal sealed class Compactor(
    StoreFolder folder,
    FileSet files,
    KeyIndex index,
    Committer committer,
    IReadCache cache,
    IAdmission admission,
    JournalOptions options)
    : IDisposable
{
    private const int BufferBytes = 256 << 10;

    // An entry of the list of what is copied, with both of its places.
    private const int RelocationBytes = 80;

    // Copying is observed after so many records.
    private const int ObservedEvery = 64;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>How many compactions were completed.</summary>
    internal long Completed { get; private set; }

    /// <summary>Whether the log is long enough to be worth it.</summary>
    internal bool IsDue
        => options.CompactionSlackBytes is { } slack && files.TotalBytes > (2 * index.LiveBytes) + slack;

    /// <summary>Compacts; one at a time.</summary>
    /// <exception cref="MemoryRefusedException">Not now; nothing has changed but that a new segment was
    /// begun.</exception>
    /// <exception cref="JournalCorruptException">A record to be copied is damaged. The old files stay.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            using IDisposable listLease = await admission.AcquireAsync(
                RelocationBytes * (1L + index.Count), Urgency.SafeToFail, cancellationToken);
            using LeasedBuffer source = await LeasedBuffer.AllocateAsync(
                admission, BufferBytes, Urgency.SafeToFail, cancellationToken);
            using LeasedBuffer target = await LeasedBuffer.AllocateAsync(
                admission, BufferBytes, Urgency.SafeToFail, cancellationToken);
            DataFile last = files.Active;
            await committer.RotateAsync();
            Observe(CompactionStep.Rotated);
            List<DataFile> replaced = [.. files.All.TakeWhile(file => file.Header.Number <= last.Header.Number)];
            await CopyAsync(replaced, SequenceBehind(last), source, target, cancellationToken);
            Remove(replaced);
            Completed++;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Releases its turn.</summary>
    public void Dispose() => _one.Dispose();

    // The header of the next segment has the number of the last transaction, whoever of the two began that segment.
    private long SequenceBehind(DataFile last)
        => files.All.First(file => file.Header.Number == last.Header.Number + 1).Header.Sequence;

    private async ValueTask CopyAsync(
        List<DataFile> replaced,
        long sequence,
        LeasedBuffer source,
        LeasedBuffer target,
        CancellationToken cancellationToken)
    {
        FileHeader header = replaced[^1].Header with { Kind = FileKind.Checkpoint, Sequence = sequence };
        string unfinished = folder.UnfinishedPathOf(header.Number);
        List<Relocation> relocations = [];
        DataFile written = DataFile.Create(unfinished, header);
        DataFile? checkpoint = null;
        try
        {
            await Task.Run(
                () => CopyRecords(replaced, written, relocations, source, target, cancellationToken),
                cancellationToken);
            Observe(CompactionStep.Written);
            string path = folder.PathOf(FileKind.Checkpoint, header.Number);
            File.Move(unfinished, path);
            folder.Flush();
            checkpoint = DataFile.Open(path) ?? throw new JournalCorruptException(path, 0, "the header is damaged");
            Observe(CompactionStep.Renamed);
        }
        finally
        {
            written.Release();
            if (checkpoint is null && File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }

        // In one step for whoever takes a picture: the places and the files that they are in belong together.
        index.Move(
            relocations.Select(moved => moved with { To = moved.To with { File = checkpoint } }),
            () => files.Replace(replaced, checkpoint));
    }

    private void CopyRecords(
        List<DataFile> replaced,
        DataFile checkpoint,
        List<Relocation> relocations,
        LeasedBuffer source,
        LeasedBuffer target,
        CancellationToken cancellationToken)
    {
        HashSet<DataFile> sources = [.. replaced];
        List<KeyValuePair<string, Location>> live =
            index.Look(entries => entries.Where(entry => sources.Contains(entry.Value.File)).ToList());
        live.Sort(FileOrder.Instance);
        BatchWriter writer = new(checkpoint, target);
        foreach ((string key, Location old) in live)
        {
            cancellationToken.ThrowIfCancellationRequested();
            relocations.Add(new Relocation(key, old, old with { File = checkpoint, Offset = writer.Position }));
            CopyRecord(old, writer, source);
            if (relocations.Count % ObservedEvery == 0)
            {
                Observe(CompactionStep.Copying);
            }
        }

        Span<byte> end = stackalloc byte[Frames.CommitBytes];
        CommitBody body = new(
            RecordType.End,
            checkpoint.Header.Sequence,
            live.Count,
            writer.Start,
            checkpoint.Header.Number,
            writer.Position);
        Frames.WriteCommit(end, body, checkpoint.Seed);
        writer.Write(end);
        writer.Flush();
        RandomAccess.FlushToDisk(checkpoint.Handle);
    }

    // A record is copied as it is, and checked on the way: a damaged one must not become the only copy.
    private static void CopyRecord(Location old, BatchWriter writer, LeasedBuffer buffer)
    {
        uint expected = 0;
        uint running = old.File.Seed;
        long done = 0;
        while (done < old.RecordBytes)
        {
            Span<byte> part = buffer.Span[..(int)Math.Min(buffer.Length, old.RecordBytes - done)];
            FileReads.Fill(old.File, old.Offset + done, part);
            if (done == 0)
            {
                expected = BinaryPrimitives.ReadUInt32LittleEndian(part[sizeof(int)..]);
                running = Crc32C.Append(Crc32C.Append(running, part[..sizeof(int)]), part[Frames.PrefixBytes..]);
            }
            else
            {
                running = Crc32C.Append(running, part);
            }

            writer.Write(part);
            done += part.Length;
        }

        if (Crc32C.Finish(running) != expected)
        {
            throw new JournalCorruptException(old.File.Path, old.Offset, "the record has another checksum");
        }
    }

    private void Remove(List<DataFile> replaced)
    {
        bool first = true;
        foreach (DataFile file in replaced)
        {
            File.Delete(file.Path);
            cache.Drop(file);
            file.Release();
            if (first)
            {
                Observe(CompactionStep.RemovedFirst);
                first = false;
            }
        }

        folder.Flush();
        Observe(CompactionStep.Removed);
    }

    private void Observe(CompactionStep step) => options.Observe?.Invoke(step);
}
