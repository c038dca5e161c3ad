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
            Waiter? stuck = null;
            bool all = PumpList(_queue.First((Urgency)level), ref stuck, answeredCall, now)
                & PumpList(_queue.FirstPassing((Urgency)level), ref stuck, answeredCall, now);
            if (stuck is not null || !all)
            {
                return;
            }
        }
    }

    // A bounded look: those behind the first that is stuck may overtake it, a bounded number of times in all. Those do
    // not count that are granted before that, or that get their answer now, whatever it is. False when some were left:
    // then nobody of a lower urgency has his turn.
    private bool PumpList(LinkedListNode<Waiter>? node, ref Waiter? stuck, long answeredCall, TimeSpan now)
    {
        for (int looked = 0; node is not null && looked <= MaxOvertakes;)
        {
            if (stuck?.Overtaken >= MaxOvertakes)
            {
                break;
            }

            LinkedListNode<Waiter>? next = node.Next;
            Waiter waiter = node.Value;
            bool fits = Fits(waiter.Command);
            int looks = waiter.Passing && waiter.HostCall <= answeredCall ? 0 : 1;
            if (fits || FitsOverdraft(waiter))
            {
                GrantWaiter(waiter, !fits, answeredCall, now);
                if (stuck is not null)
                {
                    stuck.Overtaken++;
                    looked += looks;
                }
            }
            else
            {
                stuck ??= waiter.Passing ? null : waiter;
                looked += looks;
            }

            node = next;
        }

        return node is null;
    }

    // What the first answer of the host brought was granted from the host; anything later had to be waited for.
    private void GrantWaiter(Waiter waiter, bool overdraft, long answeredCall, TimeSpan now)
    {
        Remove(waiter);
        Rung rung = overdraft && waiter.ResizeUntil is not null ? Rung.Resize
            : overdraft ? Rung.Overdraft
            : waiter.Reclaimed ? Rung.Reclaim
            : waiter.HostCall == answeredCall || (waiter.Passing && waiter.HostCall <= answeredCall) ? Rung.Host
            : waiter.Passing ? Rung.Container
            : Rung.Wait;
        _settled.Add(new Settled(waiter.Command.RequestId, Grant(waiter.Command, rung, now)));
    }

    // Those that waited only for this answer of the host have it now, and did not fit.
    private bool RefusePassing(long call, string? why)
    {
        bool refused = false;
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            while (_queue.FirstPassing((Urgency)level) is { } node && node.Value.HostCall <= call)
            {
                Settle(node.Value, Refusal(node.Value.Command, why));
                refused = true;
            }
        }

        return refused;
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
        CountWaiting(waiter, -1);
        if (_sessions.TryGetValue(waiter.Command.Session, out Session? session))
        {
            session.Waiting.Remove(waiter.Command.RequestId);
        }
    }

    private void CountWaiting(Waiter waiter, int requests)
    {
        if (waiter.Command.Urgency == Urgency.MustSucceed)
        {
            _reasons.Wait(waiter.Book.Name, waiter.Command.Reason, requests);
        }
    }
}
