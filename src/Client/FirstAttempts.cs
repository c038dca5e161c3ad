using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>
/// The first attempts at leases of this process: those that come while messages are under way share the next one. So a
/// caller that is alone waits for nobody, and many at once cost few messages.
/// </summary>
internal sealed partial class FirstAttempts(
    IAuthority authority, SessionCore core, HeadroomOptions options, ILogger logger, CancellationToken stopping)
{
    // While the authority works on one, the next one is made and sent. More would only make each smaller.
    private const int MaxUnderWay = 2;

    private readonly Lock _lock = new();
    private readonly Queue<Attempt> _waiting = new();

    // The first number of each message under way.
    private readonly List<long> _underWay = new(MaxUnderWay);
    private int _senders;
    private long _lastNumber;

    /// <summary>
    /// Asks. Fails when there was no answer within the time of one call: it may have happened, and asking with the same
    /// id finds the first answer.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up. It may be granted all the same.</exception>
    internal Task<LeaseReply> AskAsync(LeaseAsk ask, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(ask, cancellationToken);
        bool sends;
        lock (_lock)
        {
            _waiting.Enqueue(attempt);
            sends = _senders < MaxUnderWay;
            _senders += sends ? 1 : 0;
        }

        if (sends)
        {
            _ = SendAllAsync();
        }

        return attempt.Task.WaitAsync(cancellationToken);
    }

    private async Task SendAllAsync()
    {
        // Behind whatever is to run already: callers that are about to ask come along, those just answered above all.
        await Task.Yield();
        var attempts = new List<Attempt>();
        while (Next(attempts) is { } batch)
        {
            // Not on the scheduler of whoever asked first: what comes later is sent for others.
            await SendAsync(batch, attempts).ConfigureAwait(false);
            End(batch);
            attempts.Clear();
            await Task.Yield();
        }
    }

    // Those of one session, as many as fit. Null ends this sender: the next one that asks starts another.
    private AttemptBatch? Next(List<Attempt> attempts)
    {
        lock (_lock)
        {
            while (attempts.Count < ContainerLedger.MaxRequestsAtOnce
                && _waiting.TryPeek(out Attempt? next)
                && (attempts.Count == 0 || next.Ask.Command.Session == attempts[0].Ask.Command.Session))
            {
                _waiting.Dequeue();
                if (!next.IsGivenUp)
                {
                    attempts.Add(next);
                }
            }

            if (attempts.Count == 0)
            {
                _senders--;
                return null;
            }

            long settled = Settled;
            long first = _lastNumber + 1;
            _lastNumber += attempts.Count;
            _underWay.Add(first);
            return new AttemptBatch(first, settled, attempts.ConvertAll(attempt => attempt.Ask));
        }
    }

    private async ValueTask SendAsync(AttemptBatch batch, List<Attempt> attempts)
    {
        using var timeout = new CancellationTokenSource(options.CallTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            IReadOnlyList<LeaseReply> replies =
                await authority.TryAcquireAsync(batch, both.Token).ConfigureAwait(false);
            for (int row = 0; row < attempts.Count; row++)
            {
                attempts[row].TrySetResult(replies[row]);
            }
        }
        catch (Exception error)
        {
            LogUnanswered(logger, authority.Name, attempts.Count, error);
            foreach (Attempt attempt in attempts)
            {
                attempt.TrySetException(error);

                // Its caller may have given up.
                _ = attempt.Task.Exception;
            }
        }
    }

    private void End(AttemptBatch batch)
    {
        lock (_lock)
        {
            _underWay.Remove(batch.First);
            core.SettledAttempts = Settled;
        }
    }

    // Nothing below the oldest message under way is sent any more.
    private long Settled => _underWay.Count == 0 ? _lastNumber : _underWay.Min() - 1;
}
