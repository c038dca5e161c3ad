using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <content>Talking to the host: asking for allotment, confirming the authority, taking orders.</content>
internal sealed partial class ContainerBudgetGrain
{
    // A budget that nobody asked for a while, or that a busy machine kept from its tick, has let its authority lease
    // run out.
    // Whoever comes then waits for one answer of the host, rather than being sent away; for so long as an answer takes
    // that does not wait for the store.
    private ValueTask ConfirmAsync()
    {
        if (clock.Now < _ledger.AuthorityUntil)
        {
            return default;
        }

        if (!_calling)
        {
            CallHostAsync(tidy: false).Ignore();
        }

        return _round is { } round ? new ValueTask(BrieflyAsync(round)) : default;
    }

    // A host that waits for its store must not keep those waiting who need nothing of the store.
    private async Task BrieflyAsync(Task round)
    {
        try
        {
            await round.WaitAsync(RoundPatience, clock.Provider);
        }
        catch (TimeoutException)
        {
            // The round goes on, and what it brings serves those that wait then.
        }
    }

    // One call at a time carries the wants of all that wait.
    private void KickHost()
    {
        if (_ledger.NeedsHost && !_calling)
        {
            CallHostAsync(tidy: false).Ignore();
        }
    }

    private async Task CallHostAsync(bool tidy)
    {
        _calling = true;
        try
        {
            do
            {
                await (_round = RoundAsync(tidy));
                tidy = false;
            }
            while (_ledger.NeedsHost);
        }
        finally
        {
            _calling = false;
            _round = null;
        }
    }

    private async Task RoundAsync(bool tidy)
    {
        (AllotCommand command, long call) = Apply(() => _ledger.CallHost(tidy, clock.Now));
        TimeSpan sent = clock.Now;
        AllotAnswer answer;
        try
        {
            answer = await _hostGrain.AllotAsync(Wire.Request(command, _container), CancellationToken.None);
        }
        catch (Exception error) when (error is not LedgerException and not OverflowException)
        {
            LogHostFailed(logger, _key, error);
            Apply(() => _ledger.HostFailed(call, clock.Now));
            return;
        }

        Take(answer, call, sent);
    }

    private void Take(AllotAnswer answer, long call, TimeSpan sent)
    {
        Apply(() => _ledger.Ordered(Wire.Decision(answer), call, sent + answer.AuthorityLease, clock.Now));
        if ((Outcome)answer.Outcome == Outcome.Fenced)
        {
            LogFenced(logger, _key);
            DeactivateOnIdle();
            return;
        }

        Apply(() => _ledger.Press((PressureLevel)answer.Pressure, clock.Now));
        if (answer.Terms is { } terms)
        {
            _terms = terms;
            Apply(() => _ledger.Change(Wire.Rules(terms, options), clock.Now));
        }
    }

    // Those that wait are answered that they still do, and find their way: an activation ends when nothing runs in it.
    private void GoHome()
    {
        foreach ((Guid request, RequestWait wait) in _waits)
        {
            wait.Settle(_ledger.Stand(request) is { } stand
                ? Wire.Answer(stand, _ledger.Epoch)
                : new LeaseAnswer { Outcome = (byte)Outcome.Unavailable, RetryAfter = TickPeriod });
        }

        _waits.Clear();
        MigrateOnIdle();
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (hosts.IsAway(_host))
        {
            GoHome();
            return;
        }

        Apply(() => _ledger.Tick(clock.Now));
        Forget();
        bool idle = _ledger.AllottedBytes + _ledger.OverdraftBytes == 0 && _waits.Count == 0;
        bool confirmDue = _ledger.AuthorityUntil - clock.Now < options.AuthorityLease * 2 / 3;
        if (!_calling && (!idle || confirmDue))
        {
            await CallHostAsync(tidy: true);
        }
    }
}
