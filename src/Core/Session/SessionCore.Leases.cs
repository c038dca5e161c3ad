using System.Collections.Concurrent;

namespace Headroom;

/// <content>Leases: from credit, and granted one by one.</content>
internal sealed partial class SessionCore
{
    // As many as there were leases at once: a slot is small, and the peak tends to come again.
    private readonly ConcurrentQueue<LeaseSlot> _free = new();

    /// <summary>A lease from bytes that were taken out of an account.</summary>
    internal LeaseSlot Lease(CreditAccount account, long bytes, Urgency urgency, out long token)
        => Start(account, bytes, urgency, 0, 0, out token);

    /// <summary>
    /// A request to send to the authority for a lease of its own; null while no session is open that could hold it.
    /// </summary>
    internal LeaseAsk? Ask(
        SubsystemCredit subsystem, Guid requestId, long bytes, Urgency urgency, string reason, TimeSpan now)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            if (_phase != Phase.Open || _closing)
            {
                return null;
            }

            var command = new LeaseCommand
            {
                RequestId = requestId,
                Subsystem = subsystem.Name,
                Bytes = bytes,
                Urgency = urgency,
                Session = _session,
                Reason = reason,
            };
            return new LeaseAsk(command, subsystem, _epoch, _opening);
        }
    }

    /// <summary>Whether what is asked can still be granted to the session that asked.</summary>
    internal bool IsCurrent(LeaseAsk ask, TimeSpan now)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            return _phase == Phase.Open && ask.Opening == _opening;
        }
    }

    /// <summary>
    /// Takes a lease that the authority granted. To be called once for a request. Null when the session that asked is
    /// over: then the lease went with it, and a new session has to ask with a new id.
    /// </summary>
    internal LeaseSlot? Accept(LeaseAsk ask, long leaseId, long epoch, TimeSpan now, out long token)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            token = 0;
            if (_phase != Phase.Open || _closing || ask.Opening != _opening || epoch != _epoch)
            {
                return null;
            }

            Urgency urgency = ask.Command.Urgency;
            ask.Credit.Named += ByUrgency.Of(urgency, ask.Command.Bytes);
            return Start(ask.Credit.Account, ask.Command.Bytes, urgency, leaseId, _opening, out token);
        }
    }

    /// <summary>
    /// The caller gave the request up, whatever the authority makes of it: it hears of it with the next exchange. A
    /// request of a session that is over needs nothing.
    /// </summary>
    internal void Abandon(LeaseAsk ask)
    {
        lock (_lock)
        {
            if (ask.Opening != _opening)
            {
                return;
            }

            _cancelled.Add(ask.Command.RequestId);
        }

        Signal(Attention.Give);
    }

    /// <summary>An answer said that the authority does not know the session: it is opened again.</summary>
    internal void Unknown(LeaseAsk ask)
    {
        lock (_lock)
        {
            if (ask.Opening != _opening || _phase != Phase.Open)
            {
                return;
            }

            Leave();
        }

        _wake();
    }

    /// <summary>Ends a lease that has, or had, an id of its own.</summary>
    internal void GiveBackNamed(LeaseSlot slot, Urgency urgency)
    {
        CreditAccount account = slot.Account!;
        lock (_lock)
        {
            if (slot.Opening != _opening)
            {
                account.GiveBack(slot.Bytes, urgency);
                return;
            }

            account.Owner.Named -= ByUrgency.Of(urgency, slot.Bytes);
            _released.Add(slot.LeaseId);
        }

        Signal(Attention.Give);
    }

    internal void Recycle(LeaseSlot slot) => _free.Enqueue(slot);

    private LeaseSlot Start(
        CreditAccount account, long bytes, Urgency urgency, long leaseId, long opening, out long token)
    {
        if (!_free.TryDequeue(out LeaseSlot? slot))
        {
            slot = new LeaseSlot();
        }

        token = slot.Start(account, bytes, urgency, leaseId, opening);
        return slot;
    }
}
