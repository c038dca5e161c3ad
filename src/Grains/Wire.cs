using Headroom.Contracts;

namespace Headroom.Grains;

/// <summary>Translates between wire records and the ledgers' commands and decisions. No rule lives here.</summary>
internal static class Wire
{
    /// <summary>An amount for each urgency; null when the message has another number of them.</summary>
    public static ByUrgency? Levels(long[] amounts) =>
        amounts is [long optional, long safeToFail, long riskyToFail, long mustSucceed]
            ? new ByUrgency(optional, safeToFail, riskyToFail, mustSucceed)
            : null;

    /// <summary>An allotment request as the host's command; null when it is malformed.</summary>
    public static AllotCommand? Command(AllotRequest request) =>
        Levels(request.WantBytes) is { } want && Levels(request.LeastBytes) is { } least
            ? new AllotCommand
            {
                Container = request.Container,
                Epoch = request.Epoch,
                Seen = request.Seen,
                KeepBytes = request.KeepBytes,
                WantBytes = want,
                LeastBytes = least,
                AheadBytes = request.AheadBytes,
                LongestTtl = request.LongestTtl,
                LeasedBytes = request.LeasedBytes,
                KeepOverdraftBytes = request.KeepOverdraftBytes,
                OverdraftBytes = request.OverdraftBytes,
                LeastOverdraftBytes = request.LeastOverdraftBytes,
                ReclaimBytes = Levels(request.ReclaimBytes ?? []) ?? default,
                ReclaimableBytes = Levels(request.ReclaimableBytes ?? []) ?? default,
            }
            : null;

    public static AllotRequest Request(AllotCommand command, string container) => new()
    {
        Container = container,
        Epoch = command.Epoch,
        Seen = command.Seen,
        KeepBytes = command.KeepBytes,
        WantBytes = command.WantBytes.ToArray(),
        LeastBytes = command.LeastBytes.ToArray(),
        AheadBytes = command.AheadBytes,
        LongestTtl = command.LongestTtl,
        LeasedBytes = command.LeasedBytes,
        KeepOverdraftBytes = command.KeepOverdraftBytes,
        OverdraftBytes = command.OverdraftBytes,
        LeastOverdraftBytes = command.LeastOverdraftBytes,
        ReclaimBytes = command.ReclaimBytes.Total > 0 ? command.ReclaimBytes.ToArray() : null,
        ReclaimableBytes = command.ReclaimableBytes.Total > 0 ? command.ReclaimableBytes.ToArray() : null,
    };

    public static AllotDecision Decision(AllotAnswer answer) => new(
        (Outcome)answer.Outcome,
        answer.Order,
        answer.AllottedBytes,
        answer.LongestTtl,
        Levels(answer.AvailableBytes) ?? default,
        answer.ReturnUnused)
    {
        OverdraftBytes = answer.OverdraftBytes,
        OverdraftAvailableBytes = answer.OverdraftAvailableBytes,
        ReclaimBelow = (Urgency)answer.ReclaimBelow,
        ReclaimKeepBytes = answer.ReclaimKeepBytes,
        ReclaimingBytes = answer.ReclaimingBytes,
    };

    public static AllotAnswer Answer(
        AllotDecision decision, long epoch, TimeSpan authorityLease, PressureLevel pressure, ContainerTerms? terms) =>
            new()
            {
                Outcome = (byte)decision.Outcome,
                Epoch = epoch,
                Order = decision.Order,
                AllottedBytes = decision.AllottedBytes,
                LongestTtl = decision.LongestTtl,
                AvailableBytes = decision.AvailableBytes.ToArray(),
                AuthorityLease = authorityLease,
                ReturnUnused = decision.OthersWait,
                Pressure = (byte)pressure,
                Terms = terms,
                OverdraftBytes = decision.OverdraftBytes,
                OverdraftAvailableBytes = decision.OverdraftAvailableBytes,
                ReclaimBelow = (byte)decision.ReclaimBelow,
                ReclaimKeepBytes = decision.ReclaimKeepBytes,
                ReclaimingBytes = decision.ReclaimingBytes,
            };

    public static SubsystemPolicy Policy(SubsystemRow row) => new()
    {
        MaxUrgency = (byte)row.MaxUrgency,
        EmergencyCreditBytes = row.EmergencyCreditBytes,
        LastResort = (byte)row.LastResort,
        LastResortAfter = row.LastResortAfter,
        LoansComeHome = row.LoansComeHome,
    };

    /// <summary>A container's row as the durable part of its ledger.</summary>
    public static ContainerRow Row(ContainerTerms terms, string container) => new()
    {
        Name = container,
        Epoch = terms.Epoch,
        Order = terms.Order,
        AllottedBytes = terms.AllottedBytes,
        OverdraftBytes = terms.OverdraftBytes,
        LongestTtl = terms.LongestTtl,
    };

    public static ContainerRules Rules(ContainerTerms terms, BudgetOptions options) => new()
    {
        LimitBytes = terms.Settings.LimitBytes!.Value,
        MustSucceedQuotaBytes = terms.Settings.MustSucceedQuotaBytes,
        HostCapacityBytes = terms.HostCapacityBytes,
        Floors = options.ContainerFloors,
        SessionTtl = options.SessionTtl,
        AuthorityLease = options.AuthorityLease,
        MaxLeaseTtl = options.MaxLeaseTtl,
        MarginPercent = terms.Settings.MarginPercent ?? options.MarginPercent,
        OwnLimitBytes = terms.Settings.OwnLimitBytes is > 0 and long own ? own : null,
        ResizeMaxBytes = terms.Settings.ResizeMaxBytes,
        ReclaimWithin = options.ReclaimWithin,
        DefaultMaxUrgency = options.DefaultMaxUrgency,
        Policies = terms.Policies.ToDictionary(
            pair => pair.Key,
            pair => new SubsystemRow(
                pair.Key,
                (Urgency)pair.Value.MaxUrgency!.Value,
                pair.Value.EmergencyCreditBytes!.Value,
                (LastResort)pair.Value.LastResort!.Value)
            {
                LastResortAfter = pair.Value.LastResortAfter!.Value,
                LoansComeHome = pair.Value.LoansComeHome!.Value,
            },
            StringComparer.Ordinal),
    };

    public static OpenCommand Command(OpenSession request) => new(
        request.Session,
        request.Replaces,
        Array.ConvertAll(request.Holdings, Holding),
        new ProcessIdentity(request.ProcessId, request.ProcessStart, request.PidNamespace, request.BootId));

    public static ExchangeCommand Command(Exchange request) => new()
    {
        Session = request.Session,
        Epoch = request.Epoch,
        Seen = request.Seen,
        Holdings = Array.ConvertAll(request.Holdings, Holding),
        Wants = Array.ConvertAll(
            request.Wants, want => new SubsystemWant(want.Subsystem, want.TotalBytes, (Urgency)want.Urgency)),
        Released = request.Released,
        Cancelled = request.Cancelled,
        Settled = request.Settled,
        MustSucceed = Array.ConvertAll(
            request.MustSucceed,
            use => new ReasonReport(use.Subsystem, use.Reason, use.Requests, use.OutstandingBytes)),
        Heap = request.Heap is { } heap
            ? new HeapReading(heap.HeapBytes, heap.CommittedBytes, heap.ResidentBytes, heap.CollectableBytes)
            : null,
    };

    public static TryAcquireCommand Command(TryAcquire request)
    {
        long number = request.First;
        return new TryAcquireCommand
        {
            Session = request.Session,
            Epoch = request.Epoch,
            Settled = request.Settled,
            Requests = Array.ConvertAll(request.Requests, row => new LeaseCommand
            {
                RequestId = row.RequestId,
                Subsystem = row.Subsystem,
                Bytes = row.Bytes,
                Urgency = (Urgency)row.Urgency,
                Session = request.Session,
                Reason = row.Reason ?? string.Empty,
                IsReservation = row.Reserves,
                Number = number++,
            }),
        };
    }

    /// <summary>Answers first attempts: of those that were granted, the lease is all that is to be said.</summary>
    public static TryAcquireAnswer AnswerAtOnce(IReadOnlyList<LeaseDecision> decisions, long epoch)
    {
        long[] leases = new long[decisions.Count];
        List<LeaseAnswer>? others = null;
        for (int row = 0; row < leases.Length; row++)
        {
            LeaseDecision decision = decisions[row];
            leases[row] = decision.Outcome == Outcome.Granted ? decision.LeaseId : 0;
            if (leases[row] == 0)
            {
                (others ??= []).Add(Answer(decision, epoch));
            }
        }

        return new TryAcquireAnswer { Epoch = epoch, Leases = leases, Others = others?.ToArray() };
    }

    public static ExchangeAnswer Answer(ExchangeDecision decision, Guid session, long epoch) => new()
    {
        Outcome = (byte)decision.Outcome,
        Session = session,
        Epoch = epoch,
        Order = decision.Order,
        Entitlements = Entitlements(decision.Shares),
        Gate = (byte)decision.Gate,
        Overdue = decision.Overdue,
        ReclaimWithin = decision.ReclaimWithin,
        HardLimitBytes = decision.HardLimitBytes,
        Collect = decision.Collect,
    };

    public static ProcessHeap Heap(HeapReading heap) => new()
    {
        HeapBytes = heap.HeapBytes,
        CommittedBytes = heap.CommittedBytes,
        ResidentBytes = heap.ResidentBytes,
        CollectableBytes = heap.CollectableBytes,
    };

    private static Entitlement[] Entitlements(IReadOnlyList<SubsystemShare> shares)
    {
        var rows = new Entitlement[shares.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            SubsystemShare share = shares[row];
            rows[row] = new Entitlement
            {
                Subsystem = share.Subsystem,
                TotalBytes = share.TotalBytes,
                MaxUrgency = (byte)share.MaxUrgency,
                EmergencyBytes = share.EmergencyBytes,
                ReclaimBelow = (byte)share.ReclaimBelow,
                KeepBytes = share.KeepBytes,
                State = (byte)share.State,
                LoansComeHome = share.LoansComeHome,
            };
        }

        return rows;
    }

    public static LeaseCommand Command(LeaseAttempt attempt) => new()
    {
        RequestId = attempt.Request.RequestId,
        Subsystem = attempt.Subsystem,
        Bytes = attempt.Request.Bytes,
        Urgency = (Urgency)attempt.Request.Urgency,
        Session = attempt.Request.Session,
        Ttl = attempt.Request.Ttl ?? TimeSpan.Zero,
        Reason = attempt.Request.Reason ?? string.Empty,
        Patience = attempt.Patience,
        MayWait = !(attempt.Last && attempt.Patience == TimeSpan.Zero),
        LoanTried = attempt.LoanTried,
        IsReservation = attempt.Request.Reserves,
    };

    public static LeaseAnswer Answer(LeaseDecision decision, long epoch) => new()
    {
        Outcome = (byte)decision.Outcome,
        LeaseId = decision.LeaseId,
        Epoch = epoch,
        Bytes = decision.Bytes,
        Rung = (byte)decision.Rung,
        Ttl = decision.Ttl,
        RefusedBy = decision.RefusedBy,
        AvailableBytes = decision.AvailableBytes,
        RetryAfter = decision.RetryAfter,
        Rungs = decision.Rungs.Count == 0
            ? []
            : [.. decision.Rungs.Select(
                rung => new RungTrial { Rung = (byte)rung.Rung, AvailableBytes = rung.AvailableBytes })],
        Detail = decision.Detail,
        State = (byte)decision.State,
        Holders = decision.Holders.Count == 0
            ? []
            : [.. decision.Holders.Select(holder => new HolderShare
            {
                Name = holder.Name, Urgency = (byte)holder.Urgency, Bytes = holder.Bytes,
            })],
        Exhausted = decision.Exhausted,
        ReclaimBytes = decision.ReclaimBytes,
        ReclaimWithin = decision.ReclaimWithin,
    };

    public static LeaseReport Report(LeaseClaim claim) => new(
        claim.LeaseId, claim.Epoch, claim.Subsystem, claim.Bytes, (Urgency)claim.Urgency, claim.Ttl)
    {
        Remote = claim.Remote,
    };

    public static Reading Reading(ContainerObservation observation) => new()
    {
        WatchNumber = observation.WatchNumber,
        UsageBytes = observation.UsageBytes,
        HardLimitBytes = observation.HardLimitBytes,
        HostRead = observation.HostRead,
        Between = observation.Between,
        Processes = [.. observation.Processes.Select(process => (process.Session, process.ResidentBytes))],
    };

    public static ConfigureAnswer Answer(SettingsError? error) =>
        new() { Field = error?.Field, Error = error?.Message };

    public static Holding Holding(SubsystemBook book) =>
        Holding(book.Name, book.CreditBytes - book.EmergencyBytes, book.LeasedBytes) with
        {
            EmergencyBytes = book.EmergencyBytes,
        };

    public static Holding Holding(string subsystem, long credit, ByUrgency leased) => new()
    {
        Subsystem = subsystem,
        CreditBytes = credit,
        OptionalBytes = leased[Urgency.Optional],
        SafeToFailBytes = leased[Urgency.SafeToFail],
        RiskyToFailBytes = leased[Urgency.RiskyToFail],
        MustSucceedBytes = leased[Urgency.MustSucceed],
    };

    private static SubsystemHolding Holding(Holding row) => new(
        row.Subsystem,
        row.CreditBytes,
        new ByUrgency(row.OptionalBytes, row.SafeToFailBytes, row.RiskyToFailBytes, row.MustSucceedBytes))
    {
        EmergencyBytes = row.EmergencyBytes,
    };
}
