using System.Diagnostics.CodeAnalysis;

namespace Headroom.Samples.Journal.Memory;

/// <summary>
/// Lets the cache of this process give way to its more urgent parts. Nobody waits for long beside a full cache of its
/// own process; who is refused tries once more after the cache gave what it could.
/// </summary>
/// <param name="inner">Who is asked.</param>
/// <param name="trim">Frees about so many bytes of the cache, and says how many it freed.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class YieldingAdmission(IAdmission inner, Func<long, long> trim, TimeProvider timeProvider) : IAdmission
{
    // A grant from credit or from a silo nearby takes far less; a wait for memory takes more.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    // Where a refusal comes after less than a second, most shorter waits are for the answer alone.
    private static readonly TimeSpan LongPatience = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease)
        => inner.TryAcquire(bytes, urgency, out lease)
        || (trim(bytes) > 0 && inner.TryAcquire(bytes, urgency, out lease));

    /// <inheritdoc/>
    public ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken)
        => TwiceAsync(() => inner.AcquireAsync(bytes, urgency, cancellationToken), bytes);

    /// <inheritdoc/>
    public ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken)
        => TwiceAsync(() => inner.ReserveAsync(bytes, cancellationToken), bytes);

    /// <inheritdoc/>
    public ValueTask<IDisposable> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken)
        => TrimWhileWaitingAsync(inner.AcquireMustSucceedAsync(bytes, reason, cancellationToken), bytes, Patience);

    private async ValueTask<IDisposable> TwiceAsync(Func<ValueTask<IDisposable>> ask, long bytes)
    {
        try
        {
            return await TrimWhileWaitingAsync(ask(), bytes, LongPatience);
        }
        catch (MemoryRefusedException refusal) when (refusal.Reason == RefusalReason.NotEnoughMemory)
        {
            if (trim(bytes) == 0)
            {
                throw;
            }

            return await ask();
        }
    }

    private async ValueTask<IDisposable> TrimWhileWaitingAsync(
        ValueTask<IDisposable> asked, long bytes, TimeSpan patience)
    {
        if (asked.IsCompleted)
        {
            return await asked;
        }

        Task<IDisposable> waiting = asked.AsTask();
        long trimmed;
        do
        {
            using CancellationTokenSource done = new();
            Task over = Task.Delay(patience, timeProvider, done.Token);
            Task first = await Task.WhenAny(waiting, over);
            await done.CancelAsync();
            trimmed = first == waiting ? 0 : trim(bytes);
        }
        while (trimmed > 0);
        return await waiting;
    }
}
