using System.Collections.Concurrent;

namespace Headroom;

/// <content>Leases: from credit, and granted one by one.</content>
internal sealed partial class SessionCore
{
    // As many as there were leases at once: a slot is small, and the peak tends to come again.
    private readonly ConcurrentQueue<SharedSlot> _free = new();
    private long _settledAttempts;

    /// <summary>First attempts at leases up to this number are over; never falls.</summary>
    internal long SettledAttempts
    {
        get => Volatile.Read(ref _settledAttempts);
        set => Volatile.Write(ref _settledAttempts, value);
    }

    // All of them: how often they were used says how many leases there were, at no cost to those.
    private readonly ConcurrentQueue<SharedSlot> _slots = new();

    /// <summary>A lease from bytes that were taken out of an account.</summary>
    internal SharedSlot Lease(in LeaseTerms terms, Urgency held, out long token)
    {
        if (!_free.TryDequeue(out SharedSlot? slot))
        {
            slot = new SharedSlot();
            _slots.Enqueue(slot);
        }

        token = slot.Start(terms, held);
        return slot;
    }

    /// <summary>
    /// Takes bytes for must-succeed from the emergency credit that a session leaves when it is over.
    /// </summary>
    internal bool TryTakeEmergency(SubsystemCredit credit, long bytes, TimeSpan now, out CreditAccount account)
    {
        lock (_lock)
        {
            LapseIfDue(now);

            // Nobody opens a session meanwhile: what is taken is adrift, or there is a new session already.
            return credit.TryTake(bytes, Urgency.MustSucceed, Urgency.MustSucceed, out account);
        }
    }

    /// <summary>What is asked back of a subsystem's leases and still held; null when nothing is.</summary>
    internal ReclaimDemand? Demand(SubsystemCredit credit)
    {
        if (credit.ReclaimBelow == Urgency.Optional)
        {
            return null;
        }

        lock (_lock)
        {
            long above = _phase == Phase.Open && !_closing ? credit.AboveBytes() : 0;
            return above == 0
                ? null
                : new ReclaimDemand(credit.ReclaimBelow, above, credit.KeepBytes, credit.ReclaimUntil);
        }
    }

    /// <summary>An answer to a request said how a subsystem stands, before an exchange does.</summary>
    internal void Learn(SubsystemCredit credit, SubsystemState state)
    {
        lock (_lock)
        {
            credit.State = state;
        }
    }

    /// <summary>The authority has something to say to a session: it is asked at once.</summary>
    internal void Nudge(Guid session)
    {
        lock (_lock)
        {
            if (_phase != Phase.Open || session != _session)
            {
                return;
            }
        }

        Signal(Attention.Give);
    }

    /// <summary>
    /// A request to send to the authority for a lease of its own; null while no session is open that could hold it.
    /// </summary>
    internal LeaseAsk? Ask(
        SubsystemCredit subsystem,
        Guid requestId,
        long bytes,
        Urgency urgency,
        string reason,
        bool reserves,
        TimeSpan now)
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
                IsReservation = reserves,
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
    /// A request of a subsystem goes to the authority and may wait there, until <see cref="RequestOver"/>: meanwhile
    /// credit goes back as far as the request needs it, that of its own subsystem first.
    /// </summary>
    internal void RequestWaits(SubsystemCredit subsystem, long bytes)
    {
        bool serves = false;
        lock (_lock)
        {
            subsystem.AddRequest(bytes);
            foreach (SubsystemCredit any in _subsystems.Values)
            {
                serves |= any.SpareBytes > 0;
            }
        }

        if (serves)
        {
            Signal(Attention.Give);
        }
    }

    /// <summary>Ends what <see cref="RequestWaits"/> began.</summary>
    internal void RequestOver(SubsystemCredit subsystem, long bytes)
    {
        lock (_lock)
        {
            subsystem.RemoveRequest(bytes);
        }
    }

    /// <summary>
    /// Takes a lease that the authority granted. To be called once for a request. Null when the session that asked is
    /// over: then the lease went with it, and a new session has to ask with a new id.
    /// </summary>
    /// <param name="ask">The request.</param>
    /// <param name="leaseId">The lease's id.</param>
    /// <param name="epoch">The epoch of the authority that granted.</param>
    /// <param name="origin">The loan, when its bytes are on other hosts; null when they are at home.</param>
    /// <param name="now">The time.</param>
    /// <param name="token">The lease's token; 0 without one.</param>
    internal LeaseSlot? Accept(
        LeaseAsk ask, long leaseId, long epoch, ILeaseOrigin? origin, TimeSpan now, out long token)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            token = 0;
            if (_phase != Phase.Open || _closing || ask.Opening != _opening || epoch != _epoch)
            {
                return null;
            }

            long bytes = ask.Command.Bytes;
            Urgency held = ask.Command.IsReservation ? ask.Credit.MaxUrgency : ask.Command.Urgency;
            ReasonTally.Row? reason =
                held == Urgency.MustSucceed && origin is null ? ask.Credit.Reasons.Of(ask.Command.Reason) : null;
            if (origin is null)
            {
                ask.Credit.Named += ByUrgency.Of(held, bytes);
            }

            if (reason is not null)
            {
                reason.NamedBytes += bytes;
            }

            var terms = new LeaseTerms(ask.Credit.Account, bytes)
            {
                LeaseId = leaseId,
                Opening = _opening,
                Reason = reason,
                Origin = origin,
                IsRemote = origin is not null,
            };
            return Lease(terms, held, out token);
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

    /// <summary>
    /// The authority said no for good. Another copy of the request may still be on its way to it, or be tried there for
    /// a call that was not answered, and what that is granted nobody would give back: it is given up with the next
    /// exchange, which need not come sooner for this.
    /// </summary>
    internal void Dismiss(LeaseAsk ask)
    {
        lock (_lock)
        {
            if (ask.Opening != _opening)
            {
                return;
            }

            _dismissed.Add(ask.Command.RequestId);
            if (_dismissed.Count < MaxIdsPerExchange / 2)
            {
                return;
            }
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
    internal void GiveBackNamed(SharedSlot slot, Urgency urgency)
    {
        CreditAccount account = slot.Account!;
        lock (_lock)
        {
            bool folded = slot.Opening != _opening;
            if (slot.IsRemote)
            {
                // What the authority of an earlier opening knew of it went with that.
                if (folded)
                {
                    return;
                }
            }
            else if (folded)
            {
                slot.Reason?.GaveBack(slot.Bytes);
                account.GiveBack(slot.Bytes, urgency);
                return;
            }
            else
            {
                account.Owner.Named -= ByUrgency.Of(urgency, slot.Bytes);
                if (slot.Reason is { } reason)
                {
                    reason.NamedBytes -= slot.Bytes;
                }
            }

            _released.Add(slot.LeaseId);
        }

        Signal(Attention.Give);
    }

    internal void Recycle(SharedSlot slot) => _free.Enqueue(slot);
}
