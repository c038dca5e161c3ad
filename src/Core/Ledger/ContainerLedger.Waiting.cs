namespace Headroom;

/// <content>Requests that wait, and how they get their answer: each exactly one.</content>
public sealed partial class ContainerLedger
{
    // Freed bytes go straight to those that wait: highest urgency first, then by arrival. An urgency of which anybody
    // goes on waiting ends the round for all below it (I7).
    private void Pump(TimeSpan now, long answeredCall = 0)
    {
        if (_queue.Count == 0 || !MayGrant(now))
        {
            return;
        }

        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            Waiter? stuck = PumpList(_queue.First((Urgency)level), null, answeredCall, now);
            PumpList(_queue.FirstPassing((Urgency)level), stuck, answeredCall, now);
            if (stuck is not null)
            {
                return;
            }
        }
    }

    // A bounded look: those behind the first that is stuck may overtake it, a bounded number of times in all.
    private Waiter? PumpList(LinkedListNode<Waiter>? node, Waiter? stuck, long answeredCall, TimeSpan now)
    {
        for (int looked = 0; node is not null && looked <= MaxOvertakes; looked++)
        {
            if (stuck?.Overtaken >= MaxOvertakes)
            {
                break;
            }

            LinkedListNode<Waiter>? next = node.Next;
            Waiter waiter = node.Value;
            if (Fits(waiter.Command))
            {
                GrantWaiter(waiter, answeredCall, now);
                if (stuck is not null)
                {
                    stuck.Overtaken++;
                }
            }
            else if (!waiter.Passing)
            {
                stuck ??= waiter;
            }

            node = next;
        }

        return stuck;
    }

    // What the first answer of the host brought was granted from the host; anything later had to be waited for.
    private void GrantWaiter(Waiter waiter, long answeredCall, TimeSpan now)
    {
        Remove(waiter);
        Rung rung = waiter.HostCall == answeredCall || (waiter.Passing && waiter.HostCall <= answeredCall) ? Rung.Host
            : waiter.Passing ? Rung.Container
            : Rung.Wait;
        _settled.Add(new Settled(waiter.Command.RequestId, Grant(waiter.Command, rung, now)));
    }

    // Those that waited only for this answer of the host have it now, and did not fit.
    private void RefusePassing(long call, string? why)
    {
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            while (_queue.FirstPassing((Urgency)level) is { } node && node.Value.HostCall <= call)
            {
                Settle(node.Value, Refusal(node.Value.Command, why));
            }
        }
    }

    private void RefuseAll(string why)
    {
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            while ((_queue.First((Urgency)level) ?? _queue.FirstPassing((Urgency)level)) is { } node)
            {
                Settle(node.Value, Refusal(node.Value.Command, why) with { Outcome = Outcome.Unavailable });
            }
        }
    }

    private void Settle(Waiter waiter, LeaseDecision decision)
    {
        Remove(waiter);
        _settled.Add(new Settled(waiter.Command.RequestId, decision));
    }

    private void Remove(Waiter waiter)
    {
        _queue.Remove(waiter);
        if (_sessions.TryGetValue(waiter.Command.Session, out Session? session))
        {
            session.Waiting.Remove(waiter.Command.RequestId);
        }
    }

    private LeaseDecision Refusal(LeaseCommand command, string? why)
    {
        Urgency urgency = command.Urgency;
        long container = Math.Min(AllotmentRoom, LimitRoom(urgency));
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
            Rungs = byContainer
                ? [(Rung.Container, container)]
                : [(Rung.Container, container), (Rung.Host, _hostAvailable[urgency])],
            Detail = $"{(byContainer ? "the container" : "the host")} has {available} bytes for {urgency}, "
                + $"{command.Bytes} were asked for{reason}",
        };
    }
}
