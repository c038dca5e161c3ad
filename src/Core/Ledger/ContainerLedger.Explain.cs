namespace Headroom;

/// <content>Every answer says why.</content>
public sealed partial class ContainerLedger
{
    private const int MaxHolders = 5;

    /// <summary>
    /// What would happen to a request now, as far as this budget and its host as last heard can tell.
    /// </summary>
    /// <returns>
    /// Granted with the rung that would grant; Waiting when it would wait for what is asked back or for a lender;
    /// otherwise why not. Nothing has changed.
    /// </returns>
    public LeaseDecision Explain(LeaseCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (Unfit(command) is { } unfit)
        {
            return unfit;
        }

        if (!MayGrant(now))
        {
            return Unavailable();
        }

        Urgency urgency = command.Urgency;
        long bytes = command.Bytes;
        LeaseDecision refusal = Refusal(command, null);
        long host = Math.Min(LimitRoom(urgency), Room(urgency) + _hostAvailable[urgency]);
        if (!InTurn(urgency, out _))
        {
            return refusal;
        }

        Rung rung = bytes <= Room(urgency) && bytes <= LimitRoom(urgency) ? Rung.Container
            : bytes <= host ? Rung.Host
            : urgency >= Urgency.RiskyToFail && bytes <= host + ReclaimableBelow(urgency) ? Rung.Reclaim
            : urgency == Urgency.MustSucceed && bytes <= OverdraftWithin ? Rung.Overdraft
            : urgency == Urgency.MustSucceed && bytes <= RaisableWithin(now) ? Rung.Resize
            : Rung.None;
        return rung switch
        {
            Rung.Container or Rung.Host or Rung.Overdraft =>
                refusal with { Outcome = Outcome.Granted, Rung = rung, RefusedBy = null, Detail = null },
            Rung.Reclaim or Rung.Resize => refusal with { Outcome = Outcome.Waiting, Rung = rung, RefusedBy = null },
            _ when urgency == Urgency.MustSucceed =>
                refusal with { Outcome = Outcome.Waiting, Rung = Rung.Loan, Exhausted = true },
            _ => refusal,
        };
    }

    private long OverdraftWithin => Math.Min(HardRoom, OverdraftRoom + _overdraftAvailable);

    private long RaisableWithin(TimeSpan now) => Math.Min(Raisable(now), OverdraftRoom + _overdraftAvailable);

    private long ReclaimableBelow(Urgency urgency)
    {
        ByUrgency reclaimable = Reclaimable();
        long bytes = Learning ? 0 : -Math.Max(0, AllotmentRoom);
        for (int level = 0; level < (int)urgency; level++)
        {
            bytes += reclaimable[level];
        }

        return Math.Max(0, bytes);
    }

    private LeaseDecision Refusal(LeaseCommand command, string? why)
    {
        Urgency urgency = command.Urgency;
        long limit = LimitRoom(urgency);
        bool byContainer = command.Bytes > limit || _queue.Highest > (int)urgency;
        long available = Math.Max(0, byContainer ? limit : _hostAvailable[urgency]);
        string reason = why is not null ? $": {why}"
            : byContainer ? $": limit {_limit}, committed {CommittedBytes}, untracked {_untracked.Bytes}, "
                + $"floor {_floor[urgency]}"
            : string.Empty;
        return new LeaseDecision
        {
            Outcome = Outcome.Refused,
            Rung = byContainer ? Rung.Container : Rung.Host,
            RefusedBy = byContainer ? "container" : "host",
            AvailableBytes = available,
            RetryAfter = command.Bytes > _limit ? TimeSpan.Zero : TimeSpan.FromSeconds(1),
            Rungs = Rungs(urgency, byContainer),
            Holders = Holders(),
            State = Find(command.Subsystem)?.State ?? SubsystemState.Normal,
            Detail = $"{(byContainer ? "the container" : "the host")} has {available} bytes for {urgency}, "
                + $"{command.Bytes} were asked for{reason}",
        };
    }

    // Those that the urgency may climb, each with what it has. Where the limit is in the way the host cannot help.
    private List<(Rung Rung, long AvailableBytes)> Rungs(Urgency urgency, bool byContainer)
    {
        List<(Rung Rung, long AvailableBytes)> rungs =
            [(Rung.Container, Math.Min(Room(urgency), LimitRoom(urgency)))];
        if (!byContainer || urgency == Urgency.MustSucceed)
        {
            rungs.Add((Rung.Host, _hostAvailable[urgency]));
        }

        if (urgency >= Urgency.RiskyToFail)
        {
            rungs.Add((Rung.Reclaim, ReclaimableBelow(urgency) + _hostReclaiming));
        }

        if (urgency == Urgency.MustSucceed)
        {
            rungs.Add((Rung.Overdraft, OverdraftWithin));
            if (MayRaise)
            {
                rungs.Add((Rung.Resize, Math.Min(RaiseRoom, OverdraftRoom + _overdraftAvailable)));
            }
        }

        return rungs;
    }

    private Holder[] Holders() =>
    [
        .. _books.Values
            .SelectMany(book => Enum.GetValues<Urgency>(),
                (book, urgency) => new Holder(book.Name, urgency, book.LeasedBytes[urgency]))
            .Where(holder => holder.Bytes > 0)
            .OrderByDescending(holder => holder.Bytes)
            .Take(MaxHolders),
    ];
}
