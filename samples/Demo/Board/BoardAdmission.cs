using System.Diagnostics.CodeAnalysis;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Demo.Board;

/// <summary>Passes on what one part asks, and counts it on the board, the reasons of refusals in a tally.</summary>
internal sealed class BoardAdmission(string part, IAdmission inner, Scoreboard board, MemoryTally reasons) : IAdmission
{
    /// <inheritdoc/>
    public bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease)
    {
        if (inner.TryAcquire(bytes, urgency, out IDisposable? held))
        {
            lease = Count(held, bytes, urgency);
            return true;
        }

        Refused(urgency, RefusalKey.OfCredit(part, urgency));
        lease = null;
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken)
    {
        try
        {
            return Count(await inner.AcquireAsync(bytes, urgency, cancellationToken), bytes, urgency);
        }
        catch (MemoryRefusedException refusal)
        {
            Refused(urgency, RefusalKey.Of(part, urgency, refusal));
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken)
    {
        try
        {
            IDisposable held = await inner.AcquireMustSucceedAsync(bytes, reason, cancellationToken);
            return Count(held, bytes, Urgency.MustSucceed);
        }
        catch (MemoryRefusedException refusal)
        {
            Refused(Urgency.MustSucceed, RefusalKey.Of(part, Urgency.MustSucceed, refusal));
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        try
        {
            return Count(await inner.ReserveAsync(bytes, cancellationToken), bytes, Urgency.MustSucceed);
        }
        catch (MemoryRefusedException refusal)
        {
            Refused(Urgency.SafeToFail, RefusalKey.Of(part, Urgency.SafeToFail, refusal));
            throw;
        }
    }

    /// <inheritdoc/>
    public IDisposable? OnReclaim(Func<long, long> give)
        => inner.OnReclaim(bytes =>
        {
            long given = give(bytes);
            board.Add(Slot.Reclaimed, given);
            return given;
        });

    private void Refused(Urgency urgency, RefusalKey refusal)
    {
        reasons.Refused(refusal);
        board.Add(Scoreboard.Of(Slot.RefusedOptional, urgency), 1);
    }

    private Lease Count(IDisposable held, long bytes, Urgency urgency)
    {
        board.Add(Scoreboard.Of(Slot.HeldOptional, urgency), bytes);
        return new Lease(board, held, bytes, urgency);
    }

    private sealed class Lease(Scoreboard board, IDisposable held, long bytes, Urgency urgency) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                held.Dispose();
                board.Add(Scoreboard.Of(Slot.HeldOptional, urgency), -bytes);
            }
        }
    }
}
