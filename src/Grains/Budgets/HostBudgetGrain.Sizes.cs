using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <content>The sizes of the host's machine, at home and on a silo that stands in.</content>
internal sealed partial class HostBudgetGrain
{
    // At home they are this silo's settings, and stored for whoever stands in later. Elsewhere they are what was
    // stored: the settings there are those of another machine.
    private async Task<HostDefaults> SizesAsync()
    {
        if (!options.KnownHostsOnly)
        {
            return options.Host;
        }

        if (hosts.Local != _host)
        {
            return state.State.Sizes?.In(options.Host)
                ?? throw new BudgetUnavailableException($"The silo of host {_host} has never said how large it is.");
        }

        var sizes = StoredSizes.Of(options.Host);
        if (state.State.Sizes != sizes)
        {
            if (!state.RecordExists)
            {
                HostStateTable.Write(state.State, _host, HostTable.Empty);
            }

            state.State.Sizes = sizes;
            await state.WriteStateAsync();
        }

        return options.Host;
    }
}
