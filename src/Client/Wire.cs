using Headroom.Contracts;

namespace Headroom;

/// <summary>Translates between the core's messages and the wire records.</summary>
internal static class Wire
{
    internal static OpenSession ToWire(OpenCommand command) => new()
    {
        Session = command.Session,
        Replaces = command.Replaces,
        Holdings = ToWire(command.Holdings),
        ProcessId = command.Process.Id,
        ProcessStart = command.Process.Start,
        PidNamespace = command.Process.PidNamespace,
        BootId = command.Process.BootId,
    };

    internal static OpenAnswer FromWire(SessionTerms terms)
        => new((Outcome)terms.Outcome, terms.Session, terms.Epoch, terms.Ttl, terms.Gate);

    internal static Exchange ToWire(ExchangeCommand command) => new()
    {
        Session = command.Session,
        Epoch = command.Epoch,
        Seen = command.Seen,
        Holdings = ToWire(command.Holdings),
        Wants = Rows(command.Wants, static want => new Want
        {
            Subsystem = want.Subsystem,
            TotalBytes = want.TotalBytes,
            Urgency = (byte)want.Urgency,
        }),
        Released = [.. command.Released],
        Cancelled = [.. command.Cancelled],
        Settled = command.Settled,
        MustSucceed = Rows(command.MustSucceed, static use => new MustSucceedUse
        {
            Subsystem = use.Subsystem,
            Reason = use.Reason,
            Requests = use.Requests,
            OutstandingBytes = use.OutstandingBytes,
        }),
        Heap = command.Heap is not { } heap ? null : new ProcessHeap
        {
            HeapBytes = heap.HeapBytes,
            CommittedBytes = heap.CommittedBytes,
            ResidentBytes = heap.ResidentBytes,
            CollectableBytes = heap.CollectableBytes,
        },
    };

    internal static OrderAnswer FromWire(ExchangeAnswer answer) => new(
        (Outcome)answer.Outcome,
        answer.Session,
        answer.Epoch,
        answer.Order,
        Rows(
            answer.Entitlements,
            static row => new SubsystemShare(row.Subsystem, row.TotalBytes, (Urgency)row.MaxUrgency)
            {
                EmergencyBytes = row.EmergencyBytes,
                ReclaimBelow = (Urgency)row.ReclaimBelow,
                KeepBytes = row.KeepBytes,
                State = (SubsystemState)row.State,
                LoansComeHome = row.LoansComeHome,
            }),
        answer.Gate)
    {
        Overdue = answer.Overdue,
        ReclaimWithin = answer.ReclaimWithin,
        HardLimitBytes = answer.HardLimitBytes,
        Collect = answer.Collect,
    };

    internal static LeaseRequest ToWire(LeaseAsk ask, TimeSpan? wait, bool more, int replicas) => new()
    {
        RequestId = ask.Command.RequestId,
        Bytes = ask.Command.Bytes,
        Urgency = (byte)ask.Command.Urgency,
        Session = ask.Command.Session,
        Epoch = ask.Epoch,
        Wait = wait,
        Reason = ask.Command.Reason.Length == 0 ? null : ask.Command.Reason,
        More = more,
        Replicas = (byte)replicas,
        Reserves = ask.Command.IsReservation,
    };

    internal static TryAcquire ToWire(AttemptBatch batch)
    {
        var rows = new AttemptRow[batch.Asks.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            LeaseCommand command = batch.Asks[row].Command;
            rows[row] = new AttemptRow
            {
                RequestId = command.RequestId,
                Subsystem = command.Subsystem,
                Bytes = command.Bytes,
                Urgency = (byte)command.Urgency,
                Reason = command.Reason.Length == 0 ? null : command.Reason,
                Reserves = command.IsReservation,
            };
        }

        return new TryAcquire
        {
            Session = batch.Session,
            Epoch = batch.Epoch,
            Settled = batch.Settled,
            First = batch.First,
            Requests = rows,
        };
    }

    internal static LeaseReply[] FromWire(AttemptBatch batch, TryAcquireAnswer answer)
    {
        var replies = new LeaseReply[batch.Asks.Count];
        int other = 0;
        for (int row = 0; row < replies.Length; row++)
        {
            replies[row] = answer.Leases[row] == 0
                ? FromWire(answer.Others![other++])
                : new LeaseReply(
                    new LeaseDecision
                    {
                        Outcome = Outcome.Granted,
                        LeaseId = answer.Leases[row],
                        Bytes = batch.Asks[row].Command.Bytes,
                        Rung = Rung.Container,
                    },
                    answer.Epoch);
        }

        return replies;
    }

    internal static LeaseReply FromWire(LeaseAnswer answer) => new(
        new LeaseDecision
        {
            Outcome = (Outcome)answer.Outcome,
            LeaseId = answer.LeaseId,
            Bytes = answer.Bytes,
            Rung = (Rung)answer.Rung,
            Ttl = answer.Ttl,
            RefusedBy = answer.RefusedBy,
            AvailableBytes = answer.AvailableBytes,
            RetryAfter = answer.RetryAfter,
            Rungs = [.. answer.Rungs.Select(trial => ((Rung)trial.Rung, trial.AvailableBytes))],
            Detail = answer.Detail,
            State = (SubsystemState)answer.State,
            Exhausted = answer.Exhausted,
        },
        answer.Epoch,
        answer.Loan);

    private static Holding[] ToWire(IReadOnlyList<SubsystemHolding> holdings) =>
        Rows(holdings, static row => new Holding
        {
            Subsystem = row.Subsystem,
            CreditBytes = row.CreditBytes,
            OptionalBytes = row.LeasedBytes[Urgency.Optional],
            SafeToFailBytes = row.LeasedBytes[Urgency.SafeToFail],
            RiskyToFailBytes = row.LeasedBytes[Urgency.RiskyToFail],
            MustSucceedBytes = row.LeasedBytes[Urgency.MustSucceed],
            EmergencyBytes = row.EmergencyBytes,
        });

    // Exchanges have many rows and come often.
    private static TTo[] Rows<TFrom, TTo>(IReadOnlyList<TFrom> rows, Func<TFrom, TTo> translate)
    {
        var translated = rows.Count == 0 ? [] : new TTo[rows.Count];
        for (int row = 0; row < translated.Length; row++)
        {
            translated[row] = translate(rows[row]);
        }

        return translated;
    }
}
