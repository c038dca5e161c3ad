namespace Headroom;

/// <content>The end: giving the session up.</content>
internal sealed partial class BudgetSession
{
    private async Task CloseAsync()
    {
        // Not under the lock of whoever disposes: what follows waits for others.
        await Task.Yield();
        Core.BeginClosing();
        await _stop.CancelAsync();
        Fail(new ObjectDisposedException(nameof(HeadroomClient)));
        await _loop;
        await _timer.DisposeAsync();
        if (_started)
        {
            await GiveUpSessionAsync();
        }

        if (_loans is { } loans)
        {
            await loans.DisposeAsync();
        }

        await _authority.DisposeAsync();
        Metrics.Dispose();
        _stop.Dispose();
    }

    // One try each: what is not heard lapses by itself.
    private async Task GiveUpSessionAsync()
    {
        IReadOnlyList<Guid> sessions = Core.SessionsToClose();
        if (sessions.Count == 0 && Core.FinalExchange(Now) is { } last)
        {
            await SendAsync(last, CancellationToken.None);
            return;
        }

        using var timeout = new CancellationTokenSource(_options.CallTimeout, _time);
        foreach (Guid session in sessions)
        {
            long start = _time.GetTimestamp();
            string? error = null;
            try
            {
                await _authority.CloseAsync(session, timeout.Token);
            }
            catch (Exception e)
            {
                LogUnanswered(_logger, _authority.Name, "closing", e);
                error = Telemetry.TypeOf(e);
            }

            Metrics.Exchanged("close", _time.GetElapsedTime(start), error);
        }
    }
}
