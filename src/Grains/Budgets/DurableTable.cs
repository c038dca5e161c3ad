using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <summary>
/// Writes a host's table, many changes with one write: while one write is under way, all that change something wait for
/// the next. For the turns of one grain only.
/// </summary>
/// <remarks>
/// A write that failed may or may not have happened, and another activation may have written: this one must not go on.
/// It
/// is poisoned, and every later call throws.
/// </remarks>
internal sealed class DurableTable(
    IPersistentState<HostState> state,
    string host,
    HostLedger ledger,
    MonotonicClock clock,
    TimeSpan authorityLease,
    TimeSpan read)
{
    private Task? _current;
    private Task? _next;
    private bool _reading;
    private Exception? _poison;

    /// <summary>Until when this activation may promise anything, by the last time the store confirmed it.</summary>
    public TimeSpan ConfirmedUntil { get; private set; } = read + authorityLease;

    /// <summary>Whether a write failed.</summary>
    public bool IsPoisoned => _poison is not null;

    /// <summary>Returns when all that the ledger has promised by now is durable.</summary>
    /// <exception cref="BudgetUnavailableException">A write failed: this activation is over.</exception>
    public Task FlushAsync()
    {
        ThrowIfPoisoned();
        if (!ledger.Changed)
        {
            // A read that is under way makes nothing durable, and may take as long as the store likes.
            return _next ?? (_reading ? null : _current) ?? Task.CompletedTask;
        }

        // A write that is waiting for its turn counts as under way, although for a moment none is: two at once would
        // fail each other by the ETag.
        if (_current is null && _next is null)
        {
            return _current = WriteAsync();
        }

        return _next ??= AfterAsync(_current!);
    }

    /// <summary>
    /// Confirms that no other activation has written since: reads the record's ETag. Called every third of the lease.
    /// </summary>
    /// <returns>False when another has; this activation is over.</returns>
    public async Task<bool> ConfirmAsync()
    {
        ThrowIfPoisoned();
        if ((_next ?? _current) is { } writing)
        {
            await writing;
            return true;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _current = done.Task;
        _reading = true;
        try
        {
            TimeSpan asked = clock.Now;
            string? mine = state.Etag;
            try
            {
                await state.ReadStateAsync();
            }
            catch (Exception error) when (state.Etag != mine)
            {
                // Written by somebody else, and not readable here. The ETag was taken over all the same: with it, the
                // next write would overwrite what that one promised.
                _poison = error;
                return false;
            }

            if (state.Etag != mine)
            {
                _poison = new InvalidOperationException($"Another activation of host {host} has written its table.");
                return false;
            }

            ConfirmedUntil = asked + authorityLease;
            return true;
        }
        finally
        {
            _reading = false;
            _current = null;
            done.SetResult();
        }
    }

    private async Task AfterAsync(Task before)
    {
        // What becomes of the one before is told to those that wait for it; a failure there poisons this one, too.
        await before.ContinueWith(static _ => { }, TaskScheduler.Current);
        ThrowIfPoisoned();
        _next = null;
        await (_current = WriteAsync());
    }

    private async Task WriteAsync()
    {
        try
        {
            TimeSpan asked = clock.Now;
            HostStateTable.Write(state.State, host, ledger.Save());
            await state.WriteStateAsync();
            ConfirmedUntil = asked + authorityLease;
        }
        catch (Exception error)
        {
            _poison = error;
            throw new BudgetUnavailableException($"The table of host {host} could not be written.", error);
        }
        finally
        {
            _current = null;
        }
    }

    private void ThrowIfPoisoned()
    {
        if (_poison is not null)
        {
            throw new BudgetUnavailableException(
                $"The table of host {host} could not be written; the budget starts again from the store.", _poison);
        }
    }
}
