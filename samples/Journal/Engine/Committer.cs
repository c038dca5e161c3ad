using System.Threading.Channels;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// The only writer of the journal. Transactions that arrive while it writes become durable together, by one flush.
/// Its memory must be given: from the moment it has begun to write there is no safe place to fail.
/// </summary>
internal sealed class Committer : IAsyncDisposable
{
    private readonly Channel<PendingCommit> _queue = Channel.CreateUnbounded<PendingCommit>();
    private readonly CancellationTokenSource _giveUp;
    private readonly StoreFolder _folder;
    private readonly FileSet _files;
    private readonly KeyIndex _index;
    private readonly IAdmission _admission;
    private readonly JournalOptions _options;
    private readonly Task _loop;
    private long _sequence;
    private bool _marked;
    private JournalFailedException? _failure;

    internal Committer(
        StoreFolder folder, FileSet files, KeyIndex index, IAdmission admission, JournalOptions options, long sequence)
    {
        _folder = folder;
        _files = files;
        _index = index;
        _admission = admission;
        _options = options;
        _sequence = sequence;
        _marked = true;
        _giveUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.TimeProvider);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The number of the last durable transaction.</summary>
    internal long Sequence => Interlocked.Read(ref _sequence);

    /// <summary>How often the journal was flushed.</summary>
    internal long Flushes { get; private set; }

    /// <summary>Is told after each batch.</summary>
    internal Action? BatchCompleted { get; set; }

    /// <summary>Makes a transaction durable.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="JournalFailedException">It is not known whether the transaction holds.</exception>
    /// <exception cref="MemoryRefusedException">A policy refused the memory; the transaction does not hold.</exception>
    internal Task<long> CommitAsync(Staging staging) => EnqueueAsync(PendingCommit.Of(staging));

    /// <summary>Begins a new segment.</summary>
    /// <returns>The number of the last transaction in front of it.</returns>
    internal Task<long> RotateAsync() => EnqueueAsync(PendingCommit.Rotation());

    /// <summary>
    /// Finishes what was asked, or gives up what still waits for memory after some patience, and closes in order.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _giveUp.CancelAfter(_options.ClosePatience);
        await _loop;
        _giveUp.Dispose();
    }

    private Task<long> EnqueueAsync(PendingCommit pending)
    {
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(pending), typeof(JournalStore));
        return pending.Done.Task;
    }

    private async Task RunAsync()
    {
        List<PendingCommit> batch = [];
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < _options.MaxBatch
                && _queue.Reader.TryPeek(out PendingCommit? next)
                && (next.Staging is not null || batch.Count == 0)
                && _queue.Reader.TryRead(out next))
            {
                batch.Add(next);
                if (next.Staging is null)
                {
                    break;
                }
            }

            await CompleteAsync(batch);
            BatchCompleted?.Invoke();
        }

        Mark();
    }

    private async Task CompleteAsync(List<PendingCommit> batch)
    {
        try
        {
            if (_failure is { } failed)
            {
                throw new JournalFailedException("The journal failed before; open the store anew.", failed);
            }

            if (batch[0].Staging is null)
            {
                Rotate();
                batch[0].Done.SetResult(_sequence);
                return;
            }

            await WriteAsync(batch);
            if (_files.Active.DurableBytes >= _options.SegmentBytes)
            {
                Rotate();
            }
        }
        catch (Exception cause)
        {
            if (cause is not (JournalFailedException or MemoryRefusedException))
            {
                _failure = new JournalFailedException($"The journal failed: {cause.Message}", cause);
            }

            // Nobody else can be told: the loop goes on, and each caller that has no answer yet gets this one.
            foreach (PendingCommit pending in batch)
            {
                pending.Done.TrySetException(cause);
            }
        }
    }

    private async ValueTask WriteAsync(List<PendingCommit> batch)
    {
        long bytes = batch.Sum(pending => pending.Staging!.Bytes + Frames.CommitBytes);
        LeasedBuffer buffer;
        try
        {
            buffer = await LeasedBuffer.AllocateMustSucceedAsync(
                _admission, Math.Min(bytes, _options.CommitBufferBytes), "commit", _giveUp.Token);
        }
        catch (OperationCanceledException closed)
        {
            throw new JournalFailedException(
                "The store closed before there was memory for the commit; it does not hold.", closed);
        }

        DataFile file = _files.Active;
        List<Change> changes = [];
        using (buffer)
        {
            try
            {
                WriteBatch(batch, file, new BatchWriter(file, buffer), changes);
                RandomAccess.FlushToDisk(file.Handle);
            }
            catch (Exception cause)
            {
                // After a failed flush the system may have dropped what it could not write: nothing can be said until
                // recovery.
                _failure = new JournalFailedException($"Writing {file.Path} failed: {cause.Message}", cause);
                throw _failure;
            }
        }

        Flushes++;
        _marked = false;
        file.DurableBytes += bytes;
        Interlocked.Add(ref _sequence, batch.Count);
        _index.Apply(changes);
        long sequence = _sequence - batch.Count;
        foreach (PendingCommit pending in batch)
        {
            pending.Done.SetResult(++sequence);
        }
    }

    private void WriteBatch(List<PendingCommit> batch, DataFile file, BatchWriter writer, List<Change> changes)
    {
        Span<byte> commit = stackalloc byte[Frames.CommitBytes];
        long sequence = _sequence;
        foreach (PendingCommit pending in batch)
        {
            foreach (StagedRecord record in pending.Staging!.Records)
            {
                Location? location = record.IsDelete
                    ? null
                    : new Location(file, writer.Position, record.KeyBytes, record.ValueBytes);
                changes.Add(new Change(record.Key, location));
                writer.Write(record.Span);
            }

            sequence++;
            CommitBody body = new(
                RecordType.Commit,
                sequence,
                pending.Staging.Records.Count,
                writer.Start,
                file.Header.Number,
                writer.Position);
            Frames.WriteCommit(commit, body, file.Seed);
            writer.Write(commit);
        }

        writer.Flush();
    }

    private void Rotate()
    {
        try
        {
            DataFile last = _files.Active;
            FileHeader header = last.Header with { Number = last.Header.Number + 1, Sequence = _sequence };
            DataFile next = DataFile.Create(_folder.PathOf(FileKind.Segment, header.Number), header);
            _folder.Flush();
            _files.Add(next);
            _marked = true;
        }
        catch (Exception cause)
        {
            _failure = new JournalFailedException($"Beginning a new segment failed: {cause.Message}", cause);
            throw _failure;
        }
    }

    // Says that everything before was durable, so that later damage of the last transaction is not taken for a torn
    // write.
    private void Mark()
    {
        if (_marked || _failure is not null)
        {
            return;
        }

        DataFile file = _files.Active;
        Span<byte> mark = stackalloc byte[Frames.CommitBytes];
        CommitBody body = new(RecordType.Mark, _sequence, 0, file.DurableBytes, file.Header.Number, file.DurableBytes);
        Frames.WriteCommit(mark, body, file.Seed);
        RandomAccess.Write(file.Handle, mark, file.DurableBytes);
        RandomAccess.FlushToDisk(file.Handle);
        file.DurableBytes += Frames.CommitBytes;
    }
}
