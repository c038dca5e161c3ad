using Headroom.Contracts;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Budgets;

/// <summary>
/// Reads budgets as they stand, for the API. Reading creates nothing: what nobody declared or used is null.
/// </summary>
internal sealed class BudgetReader(BudgetDirectory budgets)
{
    // A host may have thousands of containers: enough at once to hide the way there, not so many as to crowd others
    // out.
    private const int ContainersAtOnce = 32;

    /// <summary>A host of this cluster, with the sums over its containers.</summary>
    public async Task<HostResource> HostAsync(string host, CancellationToken cancellationToken)
    {
        HostView view = await budgets.Host(host).GetAsync(cancellationToken);
        long credit = 0;
        long ghosts = 0;
        long[] leased = new long[4];

        // The others have no allotment, so there is nothing in them; asking would start the authority of each.
        foreach (string[] names in view.Watched.Chunk(ContainersAtOnce))
        {
            foreach (ContainerView container in await Task.WhenAll(
                names.Select(name => budgets.Container(host, name).GetAsync(cancellationToken).AsTask())))
            {
                checked
                {
                    credit += container.CreditBytes;
                    ghosts += container.GhostBytes;
                    for (int level = 0; level < leased.Length; level++)
                    {
                        leased[level] += container.LeasedBytes[level];
                    }
                }
            }
        }

        return new HostResource
        {
            Host = host,
            CapacityBytes = view.CapacityBytes,
            ReserveBytes = view.ReserveBytes,
            PledgedBytes = view.PledgedBytes,
            AllottedBytes = view.AllottedBytes,
            LeasedBytes = BytesByUrgency.From(leased),
            CreditBytes = credit,
            GhostBytes = ghosts,
            LoanBytes = view.LoanBytes,
            UntrackedBytes = view.UntrackedBytes,
            UsedBytes = view.UsedBytes,
            AvailableBytes = BytesByUrgency.From(view.AvailableBytes),
            Pressure = Words.Pressure(view.Pressure),
            Containers = view.Containers,
        };
    }

    /// <summary>A container; null when its host does not know it.</summary>
    public async Task<ContainerResource?> ContainerAsync(
        string host, string container, CancellationToken cancellationToken)
    {
        if (await budgets.Host(host).GetContainerAsync(container, cancellationToken) is not { } terms)
        {
            return null;
        }

        ContainerView view = await budgets.Container(host, container).GetAsync(cancellationToken);
        return new ContainerResource
        {
            Host = host,
            Container = container,
            LimitBytes = terms.Settings.LimitBytes ?? 0,
            GuaranteeBytes = terms.Settings.GuaranteeBytes ?? 0,
            MustSucceedQuotaBytes = terms.Settings.MustSucceedQuotaBytes,
            Cgroup = terms.Settings.Cgroup ?? string.Empty,
            EffectiveLimitBytes = view.Settings.LimitBytes ?? 0,
            AllottedBytes = view.AllottedBytes,
            CreditBytes = view.CreditBytes,
            LeasedBytes = BytesByUrgency.From(view.LeasedBytes),
            MustSucceedBytes = view.MustSucceedBytes,
            GhostBytes = view.GhostBytes,
            UntrackedBytes = view.UntrackedBytes,
            UnreportedBytes = view.UnreportedBytes,
            UsageBytes = view.UsageBytes,
            HardLimitBytes = view.HardLimitBytes,
            Sessions = view.Sessions,
            Leases = view.Leases,
            Waiting = CountByUrgency.From(view.Waiting),
            Epoch = view.Epoch,
            Learning = view.Learning,
            Subsystems = [.. view.Holdings.Select(Holding)],
        };
    }

    /// <summary>A subsystem; null when nobody declared or used it.</summary>
    public async Task<SubsystemResource?> SubsystemAsync(
        string host, string container, string subsystem, CancellationToken cancellationToken)
    {
        if (await budgets.Subsystem(host, container, subsystem).GetAsync(cancellationToken) is not { } view)
        {
            return null;
        }

        HoldingResource holding = Holding(view.Holding);
        return new SubsystemResource
        {
            Host = host,
            Container = container,
            Subsystem = subsystem,
            MaxUrgency = Words.Urgency(view.Policy.MaxUrgency ?? 0),
            EmergencyCreditBytes = view.Policy.EmergencyCreditBytes ?? 0,
            LastResort = Words.LastResort(view.Policy.LastResort ?? 0),
            CreditBytes = holding.CreditBytes,
            LeasedBytes = holding.LeasedBytes,
        };
    }

    private static HoldingResource Holding(Holding row) => new()
    {
        Subsystem = row.Subsystem,
        CreditBytes = row.CreditBytes,
        LeasedBytes = BytesByUrgency.From(
            [row.OptionalBytes, row.SafeToFailBytes, row.RiskyToFailBytes, row.MustSucceedBytes]),
    };
}
