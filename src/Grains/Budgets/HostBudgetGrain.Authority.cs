namespace Headroom.Grains.Budgets;

/// <content>The right to grant: a lease that the store confirms.</content>
internal sealed partial class HostBudgetGrain
{
    // In thirds of an authority lease, of 2 s and more: a container ticks once a second.
    private const int MaxStays = 5;

    private readonly HashSet<string> _home = new(StringComparer.Ordinal);
    private Exception? _unconfirmed;
    private int _stays;

    // The containers go first, each at its next tick, and join here from home. If budget and containers moved at once,
    // they would wait for a budget that does not answer while it moves, and its move for theirs: half a minute. One
    // that is nowhere any more does not join; so there is an end to the patience.
    private bool MayGoHome()
    {
        if (!hosts.IsAway(_host))
        {
            _home.Clear();
            _stays = 0;
            return false;
        }

        return _joined.IsSubsetOf(_home) || _stays++ >= MaxStays;
    }

    private async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (MayGoHome())
            {
                // Not deactivated: whoever remembers this place would make it come back here again and again.
                LogGoingHome(logger, _host);
                MigrateOnIdle();
            }
            else if (!await _table.ConfirmAsync())
            {
                LogReplaced(logger, _host);
                DeactivateOnIdle();
            }

            _unconfirmed = null;
        }
        catch (Exception error)
        {
            _unconfirmed = error;
            LogConfirmFailed(logger, _host, error);
        }
    }

    private TimeSpan AuthorityLeft()
    {
        TimeSpan left = _table.ConfirmedUntil - clock.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
