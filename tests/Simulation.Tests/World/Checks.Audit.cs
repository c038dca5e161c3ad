using Headroom.Grains.Budgets;
using Headroom.Simulation.Tests.Clients;
using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.World;

/// <content>What is looked at once in so many steps.</content>
internal sealed partial class Checks
{
    private void Audit()
    {
        foreach (Place place in _places)
        {
            foreach (Books books in place.All)
            {
                if (books.Activation.IsActive && books.Ledger.Audit() is [var found, ..])
                {
                    world.Violated($"{found.Invariant}: {books.Activation.Key.Name}: {found.Detail}");
                }
            }
        }

        foreach (Activation activation in world.Cluster.Budgets)
        {
            if (activation is { IsActive: true, Grain: HostBudgetGrain grain }
                && Internals.Ledger(grain).Audit() is [var found, ..])
            {
                world.Violated($"{found.Invariant}: host {activation.Key.Name}: {found.Detail}");
            }
        }

        foreach (SimClient client in world.Clients.Values)
        {
            if (client.Process.IsAlive)
            {
                Audit(client);
            }
        }
    }

    // I3: the client's own books against its real memory.
    private void Audit(SimClient client)
    {
        long leased = 0;
        foreach (SubsystemCredit credit in client.Credits)
        {
            credit.Account.AssertSettled();
            leased += credit.Account.DrawnBytes - credit.Account.CreditBytes + credit.Named.Total;
        }

        if (leased != client.BackedBytes)
        {
            world.Violated($"I3: {client.Process.Name} has {leased} bytes leased by its books, and uses "
                + $"{client.BackedBytes} that are backed.");
        }
    }

    private bool IsUseExplained(Machine machine)
    {
        long seen = 0;
        foreach (Activation activation in world.Cluster.Budgets)
        {
            if (activation is { IsActive: true, Grain: HostBudgetGrain grain }
                && activation.Key.Name == machine.Plan.Name)
            {
                HostLedger ledger = Internals.Ledger(grain);
                seen = ledger.AllottedBytes + ledger.OverdraftBytes + ledger.LentBytes + ledger.UntrackedBytes;
            }
        }

        return machine.UsedBytes <= seen || machine.IsUnreadable;
    }
}
