using Headroom.Contracts;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Budgets;

/// <summary>
/// Reads budgets as they stand, for the API. Reading creates nothing: what nobody declared or used is null.
/// </summary>
internal sealed class BudgetReader(BudgetDirectory budgets, TimeProvider time)
{
    // A host may have thousands of containers: enough at once to hide the way there, not so many as to crowd others
    // out.
    private const int ContainersAtOnce = 32;

    // How often two books are compared before a difference is believed: both move while they are read.
    private const int AuditTries = 3;

    // What is lent is told from memory; a silo that does not manage within this is shown without.
    private static readonly TimeSpan ReserveLimit = TimeSpan.FromSeconds(2);

    /// <summary>A host of this cluster, with the sums over its containers.</summary>
    public async Task<HostResource> HostAsync(string host, CancellationToken cancellationToken)
    {
        Task<ReserveResource?> reserve = ReserveAsync(host, cancellationToken);
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
            OverdraftBytes = view.OverdraftBytes,
            LeasedBytes = BytesByUrgency.From(leased),
            CreditBytes = credit,
            GhostBytes = ghosts,
            LoanBytes = view.LoanBytes,
            Reserve = await reserve,
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
            OverdraftBytes = view.OverdraftBytes,
            LoanBytes = view.LoanBytes,
            CreditBytes = view.CreditBytes,
            EmergencyBytes = view.EmergencyBytes,
            LeasedBytes = BytesByUrgency.From(view.LeasedBytes),
            MustSucceedBytes = view.MustSucceedBytes,
            GhostBytes = view.GhostBytes,
            UntrackedBytes = view.UntrackedBytes,
            UnreportedBytes = view.UnreportedBytes,
            UsageBytes = view.UsageBytes,
            HardLimitBytes = view.HardLimitBytes,
            WantedHardLimitBytes = view.WantedHardLimitBytes,
            OwnLimitBytes = terms.Settings.OwnLimitBytes is > 0 and long own ? own : null,
            ResizeMaxBytes = terms.Settings.ResizeMaxBytes is > 0 and long most ? most : null,
            ReclaimingBytes = view.ReclaimingBytes,
            Sessions = view.Sessions,
            OverdueSessions = view.OverdueSessions,
            HeapBytes = view.Heap.HeapBytes,
            HeapCommittedBytes = view.Heap.CommittedBytes,
            ResidentBytes = view.Heap.ResidentBytes,
            CollectableBytes = view.Heap.CollectableBytes,
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
        bool normal = view.State == (byte)SubsystemState.Normal;
        return new SubsystemResource
        {
            Host = host,
            Container = container,
            Subsystem = subsystem,
            MaxUrgency = Words.Urgency(view.Policy.MaxUrgency ?? 0),
            EmergencyCreditBytes = view.Policy.EmergencyCreditBytes ?? 0,
            LastResort = Words.LastResort(view.Policy.LastResort ?? 0),
            LastResortAfterSeconds = (view.Policy.LastResortAfter ?? TimeSpan.Zero).TotalSeconds,
            LoansComeHome = view.Policy.LoansComeHome ?? false,
            State = Words.State(view.State),
            Since = normal ? null : time.GetUtcNow() - view.StateFor,
            StateBytes = normal ? null : view.StateBytes,
            CreditBytes = holding.CreditBytes,
            EmergencyBytes = holding.EmergencyBytes,
            LeasedBytes = holding.LeasedBytes,
        };
    }

    /// <summary>What does not hold in a host's books, and in those of what it lends when its silo is up.</summary>
    public async Task<AuditReport> AuditAsync(string host, CancellationToken cancellationToken)
    {
        AuditReport report = await budgets.Host(host).AuditAsync(cancellationToken);
        if (!budgets.IsUp(host))
        {
            return report;
        }

        AuditReport lent = await budgets.Reserve(host).AuditAsync(cancellationToken);
        return await UnmarkedAsync(host, cancellationToken) is { } unmarked
            ? new AuditReport { Violations = [.. report.Violations, .. lent.Violations, unmarked] }
            : new AuditReport { Violations = [.. report.Violations, .. lent.Violations] };
    }

    // What is really lent was marked at the host before, and stays so until it is freed.
    private async Task<Violation?> UnmarkedAsync(string host, CancellationToken cancellationToken)
    {
        Violation? violation = null;
        for (int attempt = 0; attempt < AuditTries; attempt++)
        {
            HostView before = await budgets.Host(host).GetAsync(cancellationToken);
            ReserveView lent = await budgets.Reserve(host).GetAsync(cancellationToken);
            HostView after = await budgets.Host(host).GetAsync(cancellationToken);
            long marked = Math.Max(before.LoanBytes, after.LoanBytes);
            if (lent.LentBytes <= marked)
            {
                return null;
            }

            violation = new Violation
            {
                Invariant = "I1",
                Budget = host,
                Detail = $"{lent.LentBytes} bytes are lent to {string.Join(", ", lent.Borrowers.Keys)}, "
                    + $"the host booked {marked}",
            };
        }

        return violation;
    }

    private async Task<ReserveResource?> ReserveAsync(string host, CancellationToken cancellationToken)
    {
        // Asked elsewhere, it would only say that it cannot know.
        if (!budgets.IsUp(host))
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReserveLimit);
        try
        {
            ReserveView view =
                await budgets.Reserve(host).GetAsync(limit.Token).AsTask().WaitAsync(limit.Token);
            return new ReserveResource
            {
                PledgedBytes = view.PledgedBytes,
                LentBytes = view.LentBytes,
                FreePledgeBytes = view.FreePledgeBytes,
                Loans = view.Loans,
                Borrowers = new SortedDictionary<string, long>(view.Borrowers, StringComparer.Ordinal),
            };
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The books of the host stand without it, and its absence is shown.
            return null;
        }
    }

    private static HoldingResource Holding(Holding row) => new()
    {
        Subsystem = row.Subsystem,
        CreditBytes = row.CreditBytes,
        EmergencyBytes = row.EmergencyBytes,
        LeasedBytes = BytesByUrgency.From(
            [row.OptionalBytes, row.SafeToFailBytes, row.RiskyToFailBytes, row.MustSucceedBytes]),
    };
}
