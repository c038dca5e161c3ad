using Headroom.Contracts;
using Headroom.Remote;

namespace Headroom;

/// <summary>
/// Memory that other hosts lend: <see cref="Length"/> bytes, zero at first, read and written at any offset. Any number
/// of calls may be under way at once; a call begun after a write has ended sees it. Of two writes to one place under
/// way at once either may stay, on all replicas the same one.
/// </summary>
public sealed class RemoteMemory : IAsyncDisposable
{
    /// <summary>
    /// How much one frame of a large transfer carries. A quarter of what a lender takes: a small read that comes while
    /// a large transfer is under way waits for less.
    /// </summary>
    internal const int FrameBytes = MemoryProtocol.MaxFrameBytes / 4;

    // With FrameBytes 8 MiB: what a link of 10 Gbit/s has under way in 6 ms. Of reads and of writes each, because
    // writes wait for a replica whose connection is made anew, and reads need not.
    private const int MaxFrames = 32;

    private readonly Lock _order = new();
    private readonly SemaphoreSlim _reads = new(MaxFrames);
    private readonly SemaphoreSlim _writes = new(MaxFrames);
    private readonly CancellationTokenSource _lost = new();
    private readonly RemoteLink[] _links;
    private readonly ITimer _beat;
    private Task _running = Task.CompletedTask;
    private int _replicasLost;
    private bool _disposed;

    private RemoteMemory(Loan loan, RemoteTimes times, TimeProvider time)
    {
        Length = loan.Bytes;
        Lost = _lost.Token;
        _links = [.. loan.Parts.Select(part => new RemoteLink(part, loan.Bytes, times, time, HasOther, WasLost))];
        _beat = time.CreateTimer(_ => Beat(), null, times.Beat, times.Beat);
    }

    /// <summary>
    /// Raised, on another thread, each time that a replica is lost, with <see cref="ReplicasLost"/> counting it
    /// already.
    /// </summary>
    public event EventHandler? ReplicaLost;

    /// <summary>Bytes; 1 or more.</summary>
    public long Length { get; }

    /// <summary>On how many hosts the bytes were at first; 1 or 2.</summary>
    public int Replicas => _links.Length;

    /// <summary>How many of the replicas are lost; with all of them the bytes are.</summary>
    public int ReplicasLost => Volatile.Read(ref _replicasLost);

    /// <summary>Cancelled when no replica is left. Not by disposing.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Reads a range.</summary>
    /// <param name="offset">Where it begins; 0 to <see cref="Length"/>.</param>
    /// <param name="destination">Filled whole; not touched any more once the call has ended, however it ended.</param>
    /// <param name="cancellationToken">
    /// Seen before each frame of 256 KiB is asked for; those that were are waited for. Some of the destination may be
    /// filled then.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the memory. Nothing was read.</exception>
    /// <exception cref="RemoteMemoryLostException">No replica is left.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed, maybe during the call.</exception>
    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        Check(offset, destination.Length, nameof(destination));
        return TransferAsync(
            _reads,
            destination.Length,
            (from, length) => ReadFrameAsync(offset + from, destination.Slice(from, length)),
            cancellationToken);
    }

    /// <summary>Writes a range. When this ends well, every replica that is left has it.</summary>
    /// <param name="offset">Where it begins; 0 to <see cref="Length"/>.</param>
    /// <param name="source">Must not change until the call has ended.</param>
    /// <param name="cancellationToken">
    /// Seen before each frame of 256 KiB is sent; those that were are waited for. Any frames, each whole, may be
    /// written then, and are the same on all replicas.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the memory. Nothing was
    /// written.</exception>
    /// <exception cref="RemoteMemoryLostException">No replica is left.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed, maybe during the call; what was written is
    /// unknown.</exception>
    public ValueTask WriteAsync(
        long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Check(offset, source.Length, nameof(source));
        return TransferAsync(
            _writes,
            source.Length,
            (from, length) => WriteFrameAsync(offset + from, source.Slice(from, length)),
            cancellationToken);
    }

    /// <summary>
    /// Copies all of it home, into memory of this process: for when the loan is to be given back. Whoever writes
    /// meanwhile must write there too.
    /// </summary>
    /// <param name="destination">Its first <see cref="Length"/> bytes are filled.</param>
    /// <param name="cancellationToken">As for reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than this memory.</exception>
    /// <exception cref="RemoteMemoryLostException">No replica is left.</exception>
    public ValueTask CopyToAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (destination.Length < Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(destination), destination.Length, $"It takes {Length} bytes.");
        }

        return ReadAsync(0, destination[..(int)Length], cancellationToken);
    }

    /// <summary>
    /// A stream over it, from its beginning: seekable, of fixed length, asynchronous only. Disposing the stream leaves
    /// the memory open.
    /// </summary>
    public Stream OpenStream() => new RemoteStream(this);

    /// <summary>Ends the connections; calls under way fail. The loan itself lives on until it is released.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _disposed, true);
        await _beat.DisposeAsync();
        foreach (RemoteLink link in _links)
        {
            link.Lose("it was closed");
        }

        await _running;
        foreach (RemoteLink link in _links)
        {
            link.Dispose();
        }
    }

    /// <summary>Connects to the lenders of a loan.</summary>
    /// <exception cref="RemoteMemoryLostException">None of them has it.</exception>
    internal static async ValueTask<RemoteMemory> OpenAsync(
        Loan loan, RemoteTimes times, TimeProvider time, CancellationToken cancellationToken)
    {
        var memory = new RemoteMemory(loan, times, time);
        try
        {
            memory._running = Task.WhenAll(memory._links.Select(link => link.RunAsync()));
            await Task.WhenAll(memory._links.Select(link => link.FirstTry)).WaitAsync(cancellationToken);
            return memory.Lost.IsCancellationRequested ? throw memory.Gone() : memory;
        }
        catch
        {
            await memory.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives up the replica of a part, because its lender or its time says so.</summary>
    internal void Lose(LoanPart part, string why) =>
        _links.FirstOrDefault(link => link.Part.Host == part.Host && link.Part.Loan == part.Loan)?.Lose(why);

    private void Check(long offset, int length, string buffer)
    {
        if (offset < 0 || offset > Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"Offsets are 0 to {Length}.");
        }

        if (length > Length - offset)
        {
            throw new ArgumentOutOfRangeException(
                buffer, length, $"From offset {offset} there are {Length - offset} bytes.");
        }

        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
    }

    private static ValueTask TransferAsync(
        SemaphoreSlim window, int length, Func<int, int, Task> frame, CancellationToken cancellationToken) =>
        length == 0 ? default
        : length <= FrameBytes ? new ValueTask(FrameAsync(window, length, frame, cancellationToken))
        : new ValueTask(FramesAsync(window, length, frame, cancellationToken));

    private static async Task FramesAsync(
        SemaphoreSlim window, int length, Func<int, int, Task> frame, CancellationToken cancellationToken)
    {
        var running = new List<Task>();
        try
        {
            for (int from = 0; from < length; from += FrameBytes)
            {
                await window.WaitAsync(cancellationToken);
                running.Add(InWindowAsync(window, frame(from, Math.Min(FrameBytes, length - from))));
            }
        }
        finally
        {
            // The caller has its buffer back only when nothing is under way in it.
            await Task.WhenAll(running);
        }
    }

    private static async Task FrameAsync(
        SemaphoreSlim window, int length, Func<int, int, Task> frame, CancellationToken cancellationToken)
    {
        await window.WaitAsync(cancellationToken);
        await InWindowAsync(window, frame(0, length));
    }

    private static async Task InWindowAsync(SemaphoreSlim window, Task frame)
    {
        try
        {
            await frame;
        }
        finally
        {
            window.Release();
        }
    }

    private async Task ReadFrameAsync(long offset, Memory<byte> target)
    {
        while (true)
        {
            RemoteLink link = _links.FirstOrDefault(link => link.IsUp)
                ?? _links.FirstOrDefault(link => link.LostBecause is null)
                ?? throw Gone();
            var frame = RemoteFrame.Read(offset, target);
            if (link.TryAdd(frame) && await frame.Outcome == FrameOutcome.Done)
            {
                return;
            }
        }
    }

    private async Task WriteFrameAsync(long offset, ReadOnlyMemory<byte> source)
    {
        RemoteFrame?[] frames = new RemoteFrame?[_links.Length];
        lock (_order)
        {
            // One order for all replicas: two writes to one place must not end differently on them.
            for (int i = 0; i < frames.Length; i++)
            {
                var frame = RemoteFrame.Write(offset, source);
                frames[i] = _links[i].TryAdd(frame) ? frame : null;
            }
        }

        bool done = false;
        foreach (RemoteFrame? frame in frames)
        {
            done |= frame is not null && await frame.Outcome == FrameOutcome.Done;
        }

        if (!done)
        {
            throw Gone();
        }
    }

    private void Beat()
    {
        foreach (RemoteLink link in _links)
        {
            link.Beat();
        }
    }

    private bool HasOther(RemoteLink link) => _links.Any(other => other != link && other.LostBecause is null);

    private void WasLost(RemoteLink link)
    {
        if (Volatile.Read(ref _disposed))
        {
            return;
        }

        if (Interlocked.Increment(ref _replicasLost) == _links.Length)
        {
            _ = _lost.CancelAsync();
        }

        // What the caller does with it must not hold up the frames.
        _ = Task.Run(() => ReplicaLost?.Invoke(this, EventArgs.Empty));
    }

    private Exception Gone() => Volatile.Read(ref _disposed)
        ? new ObjectDisposedException(nameof(RemoteMemory))
        : new RemoteMemoryLostException(
            $"The bytes are lost: {string.Join("; ", _links.Select(link => link.LostBecause))}.");
}
