namespace Headroom.Grains.Budgets;

/// <content>The right to grant: a lease that the store confirms.</content>
internal sealed partial class HostBudgetGrain
{
    private Exception? _unconfirmed;

    private async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (hosts.IsAway(_host))
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
