using System.Buffers.Binary;
using System.Security.Cryptography;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Opens the files of a store and fills the index from them: the newest checkpoint, then the segments behind it. The
/// end of the last segment may be torn, since it was never acknowledged; it is cut off. Any other damage is reported
/// and nothing is changed.
/// </summary>
internal sealed class Recovery(StoreFolder folder, KeyIndex index, IAdmission admission)
{
    private const int WindowBytes = 1 << 20;

    // So many changes of a checkpoint enter the index at once.
    private const int CheckpointBatch = 512;

    private readonly List<DataFile> _files = [];
    private readonly List<Change> _changes = [];
    private long _sequence;
    private long _transactions;
    private long _cutBytes;

    /// <summary>Recovers.</summary>
    /// <exception cref="JournalCorruptException">Durable data is damaged or missing.</exception>
    /// <exception cref="MemoryRefusedException">Opening was refused: a safe place to fail.</exception>
    internal async Task<Recovered> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using LeasedBuffer window = await LeasedBuffer.AllocateAsync(
                admission, WindowBytes, Urgency.SafeToFail, cancellationToken);
            folder.RemoveUnfinished();
            IReadOnlyList<long> checkpoints = folder.Numbers(FileKind.Checkpoint);
            long replaced = checkpoints.Count == 0 ? 0 : checkpoints[^1];
            if (checkpoints.Count > 0)
            {
                await ReplayCheckpointAsync(replaced, window, cancellationToken);
            }

            await ReplaySegmentsAsync(replaced, window, cancellationToken);
            RemoveReplaced(replaced);
            folder.Flush();
            return new Recovered(_files, _sequence, _transactions, _cutBytes);
        }
        catch
        {
            _files.ForEach(file => file.Release());
            throw;
        }
    }

    private async ValueTask ReplaySegmentsAsync(long replaced, LeasedBuffer window, CancellationToken cancellationToken)
    {
        List<long> segments = [.. folder.Numbers(FileKind.Segment).Where(number => number > replaced)];
        for (int at = 0; at < segments.Count; at++)
        {
            long expected = replaced + 1 + at;
            if (segments[at] != expected)
            {
                throw new JournalCorruptException(folder.PathOf(FileKind.Segment, expected), 0, "the file is missing");
            }

            await ReplaySegmentAsync(expected, at == segments.Count - 1, window, cancellationToken);
        }

        if (_files.Count > 0 && _files[^1].Header.Kind == FileKind.Segment)
        {
            return;
        }

        if (replaced > 0)
        {
            throw new JournalCorruptException(folder.PathOf(FileKind.Segment, replaced + 1), 0, "the file is missing");
        }

        _files.Add(DataFile.Create(
            folder.PathOf(FileKind.Segment, 1), new FileHeader(FileKind.Segment, 1, 0, NewStore())));
    }

    private async ValueTask ReplayCheckpointAsync(long number, LeasedBuffer window, CancellationToken cancellationToken)
    {
        string path = folder.PathOf(FileKind.Checkpoint, number);
        DataFile file = DataFile.Open(path) ?? throw new JournalCorruptException(path, 0, "the header is damaged");
        _files.Add(file);
        if (file.Header.Kind != FileKind.Checkpoint || file.Header.Number != number)
        {
            throw new JournalCorruptException(path, 0, "the header is that of another file");
        }

        _sequence = file.Header.Sequence;
        FrameReader reader = new(file, window);
        long records = 0;
        while (reader.Next(out Frame frame) == FrameOutcome.Record)
        {
            if (frame.Type == RecordType.End && frame.Commit.Records == records && frame.Commit.Offset == frame.Offset)
            {
                await ApplyAsync(cancellationToken);
                if (reader.Next(out _) == FrameOutcome.End)
                {
                    return;
                }

                break;
            }

            Take(file, frame);
            records++;
            if (_changes.Count == CheckpointBatch)
            {
                await ApplyAsync(cancellationToken);
            }
        }

        throw new JournalCorruptException(path, reader.Position, "the checkpoint is not whole");
    }

    private async ValueTask ReplaySegmentAsync(
        long number, bool last, LeasedBuffer window, CancellationToken cancellationToken)
    {
        string path = folder.PathOf(FileKind.Segment, number);
        if (DataFile.Open(path) is not { } file)
        {
            DropUnborn(path, last);
            return;
        }

        _files.Add(file);
        FileHeader expected = new(FileKind.Segment, number, _sequence, _files[0].Header.Store);
        if (file.Header != expected)
        {
            throw new JournalCorruptException(path, 0, $"the header is {file.Header} where {expected} was expected");
        }

        FrameReader reader = new(file, window);
        long whole = reader.Position;
        FrameOutcome outcome;
        while ((outcome = reader.Next(out Frame frame)) == FrameOutcome.Record)
        {
            if (frame.Type is RecordType.Commit or RecordType.Mark)
            {
                await CloseTransactionAsync(file, frame, cancellationToken);
                whole = reader.Position;
            }
            else
            {
                Take(file, frame);
            }
        }

        if (outcome == FrameOutcome.Damaged && (!last || reader.IsFollowedByLaterWrite()))
        {
            throw new JournalCorruptException(
                path, reader.Position, "the record was durable and is not what was written");
        }

        if (!last && _changes.Count > 0)
        {
            throw new JournalCorruptException(path, reader.Position, "the last transaction has no commit");
        }

        if (last)
        {
            // Flushed also when nothing is cut: what is visible from here on must not be lost with the machine's power.
            _changes.Clear();
            _cutBytes = file.DurableBytes - whole;
            file.CutTo(whole);
        }
    }

    private async ValueTask CloseTransactionAsync(DataFile file, Frame frame, CancellationToken cancellationToken)
    {
        bool isCommit = frame.Type == RecordType.Commit;
        if (frame.Commit.Records != _changes.Count
            || frame.Commit.Sequence != _sequence + (isCommit ? 1 : 0)
            || frame.Commit.Offset != frame.Offset
            || frame.Commit.File != file.Header.Number)
        {
            throw new JournalCorruptException(file.Path, frame.Offset, "the commit is not the one that belongs here");
        }

        await ApplyAsync(cancellationToken);
        _sequence = frame.Commit.Sequence;
        _transactions += isCommit ? 1 : 0;
    }

    // The last segment's header was not flushed when the machine stopped, so that nothing can have been written
    // behind it.
    private static void DropUnborn(string path, bool last)
    {
        if (!last || new FileInfo(path).Length > FileHeader.Bytes)
        {
            throw new JournalCorruptException(path, 0, "the header is damaged");
        }

        File.Delete(path);
    }

    private void Take(DataFile file, Frame frame)
    {
        if (frame.Type is not (RecordType.Put or RecordType.Delete))
        {
            throw new JournalCorruptException(
                file.Path, frame.Offset, $"a record of type {frame.Type} does not belong here");
        }

        Location? location = frame.Type == RecordType.Put
            ? new Location(file, frame.Offset, frame.KeyBytes, frame.ValueBytes)
            : null;
        _changes.Add(new Change(frame.Key, location));
    }

    private async ValueTask ApplyAsync(CancellationToken cancellationToken)
    {
        await index.Memory.PromiseAsync(KeyIndex.BytesOf(_changes), cancellationToken);
        index.Apply(_changes);
        _changes.Clear();
    }

    private void RemoveReplaced(long replaced)
    {
        foreach (long number in folder.Numbers(FileKind.Segment).Where(number => number <= replaced))
        {
            File.Delete(folder.PathOf(FileKind.Segment, number));
        }

        foreach (long number in folder.Numbers(FileKind.Checkpoint).Where(number => number < replaced))
        {
            File.Delete(folder.PathOf(FileKind.Checkpoint, number));
        }
    }

    private static ulong NewStore()
    {
        Span<byte> chance = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(chance);
        return BinaryPrimitives.ReadUInt64LittleEndian(chance);
    }
}
