using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Headroom.Grains.Lending;
using Headroom.Remote;

namespace Headroom.Silo.Lending;

/// <summary>The real bytes that this process lends: pages of its own, in use before a loan is answered.</summary>
internal sealed class PledgedMemory(MemoryRoom room, string endpoint, TimeProvider time) : IPledgedMemory, IDisposable
{
    // Touching takes about a third of a second per GiB: the room is looked at again some fifty times in that second,
    // and a cancelled allocation ends within 20 ms.
    private const long ChunkBytes = 64L << 20;
    private const int EpochRandomBits = 20;

    private readonly Lock _gate = new();
    private readonly Lock _promises = new();
    private readonly ConcurrentDictionary<long, Pledge> _pledges = [];
    private readonly Dictionary<long, CancellationTokenSource> _underWay = [];
    private readonly byte[] _nobodysToken = RandomNumberGenerator.GetBytes(MemoryProtocol.TokenBytes);
    private long _allocated;
    private long _promised;
    private bool _disposed;

    /// <inheritdoc/>
    public long Epoch { get; } = NewEpoch(time);

    /// <inheritdoc/>
    public string Endpoint => endpoint;

    /// <inheritdoc/>
    public long AllocatedBytes => Interlocked.Read(ref _allocated);

    /// <inheritdoc/>
    public IReadOnlyCollection<long> Loans => [.. _pledges.Keys.Order()];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The loan has memory, or is being given some.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or freed meanwhile; nothing is allocated.</exception>
    public async ValueTask<byte[]?> AllocateAsync(long loan, long bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_pledges.ContainsKey(loan) || !_underWay.TryAdd(loan, cancel))
            {
                throw new InvalidOperationException($"Loan {loan} has memory already.");
            }
        }

        try
        {
            CancellationToken either = cancel.Token;
            return await Task.Run(() => Allocate(loan, bytes, either), either);
        }
        finally
        {
            lock (_gate)
            {
                if (_underWay.GetValueOrDefault(loan) == cancel)
                {
                    _underWay.Remove(loan);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Free(long loan)
    {
        Pledge? pledge;
        lock (_gate)
        {
            _underWay.GetValueOrDefault(loan)?.Cancel();
            _pledges.TryRemove(loan, out pledge);
        }

        pledge?.End();
    }

    /// <summary>The memory that a borrower asks for; false when it has no such loan or not its token.</summary>
    public bool TryFind(long epoch, long loan, ReadOnlySpan<byte> token, [NotNullWhen(true)] out Pledge? pledge)
    {
        if (epoch != Epoch || !_pledges.TryGetValue(loan, out pledge))
        {
            // The same work for a loan that is not here: the time must not tell which there are.
            CryptographicOperations.FixedTimeEquals(token, _nobodysToken);
            pledge = null;
            return false;
        }

        return pledge.Opens(token);
    }

    /// <summary>Frees all and lends no more.</summary>
    public void Dispose()
    {
        long[] all;
        lock (_gate)
        {
            _disposed = true;
            all = [.. _underWay.Keys, .. _pledges.Keys];
        }

        foreach (long loan in all)
        {
            Free(loan);
        }
    }

    private unsafe byte[]? Allocate(long loan, long bytes, CancellationToken cancellationToken)
    {
        if (!TryPromise(bytes))
        {
            return null;
        }

        byte* start = null;
        long untouched = bytes;
        try
        {
            start = NativePages.Map(bytes);
            while (start is not null && untouched > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long chunk = Math.Min(ChunkBytes, untouched);
                if (room.FreeBytes() < chunk)
                {
                    return null;
                }

                NativePages.Touch(start + (bytes - untouched), chunk);
                untouched -= chunk;
                Interlocked.Add(ref _promised, -chunk);
            }

            if (start is null)
            {
                return null;
            }

            byte[] token = RandomNumberGenerator.GetBytes(MemoryProtocol.TokenBytes);
            Publish(new Pledge(loan, start, bytes, token, Unmapped), cancellationToken);
            start = null;
            return token;
        }
        finally
        {
            Interlocked.Add(ref _promised, -untouched);
            if (start is not null)
            {
                NativePages.Unmap(start, bytes);
            }
        }
    }

    // Read before the room is: what is touched between the two is counted twice, and never not at all.
    private bool TryPromise(long bytes)
    {
        lock (_promises)
        {
            long promised = Interlocked.Read(ref _promised);
            if (room.FreeBytes() - promised < bytes)
            {
                return false;
            }

            Interlocked.Add(ref _promised, bytes);
            return true;
        }
    }

    private void Publish(Pledge pledge, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);
            _underWay.Remove(pledge.Number);
            Interlocked.Add(ref _allocated, pledge.Size);
            _pledges[pledge.Number] = pledge;
        }
    }

    private void Unmapped(Pledge pledge) => Interlocked.Add(ref _allocated, -pledge.Size);

    // The wall clock orders epochs for whoever reads a log. It may be set back, so that it alone could repeat one.
    private static long NewEpoch(TimeProvider time) =>
        (time.GetUtcNow().ToUnixTimeMilliseconds() << EpochRandomBits)
        | (long)RandomNumberGenerator.GetInt32(1 << EpochRandomBits);
}
