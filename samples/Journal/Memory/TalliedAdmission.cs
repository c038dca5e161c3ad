using System.Diagnostics.CodeAnalysis;

namespace Headroom.Samples.Journal.Memory;

/// <summary>Passes on what one part asks, and counts it.</summary>
internal sealed class TalliedAdmission(string part, IAdmission inner, MemoryTally tally) : IAdmission
{
    /// <inheritdoc/>
    public bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease)
    {
        if (inner.TryAcquire(bytes, urgency, out IDisposable? held))
        {
            lease = Count(held, bytes, urgency);
            return true;
        }

        tally.Refused(RefusalKey.OfCredit(part, urgency));
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
            tally.Refused(RefusalKey.Of(part, urgency, refusal));
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
            tally.Refused(RefusalKey.Of(part, Urgency.MustSucceed, refusal));
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
            tally.Refused(RefusalKey.Of(part, Urgency.SafeToFail, refusal));
            throw;
        }
    }

    private Lease Count(IDisposable held, long bytes, Urgency urgency)
    {
        tally.Granted(bytes, urgency);
        return new Lease(tally, held, bytes, urgency);
    }

    private sealed class Lease(MemoryTally tally, IDisposable held, long bytes, Urgency urgency) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                held.Dispose();
                tally.Returned(bytes, urgency);
            }
        }
    }

    /// <inheritdoc/>
    public IDisposable? OnReclaim(Func<long, long> give) => inner.OnReclaim(give);
}
