namespace Headroom;

/// <content>Leases granted one by one: made, renewed, given back, lapsed, learned.</content>
public sealed partial class ContainerLedger
{
    // Each is reported once: what was learned and then ended must not be learned again from a late message.
    private readonly HashSet<long> _learned = [];

    /// <summary>
    /// Renews a lease without a session. One of an earlier epoch is learned by it; after learning it is Gone.
    /// </summary>
    /// <returns>
    /// Granted; Gone when it was released or lapsed; Fenced or Unavailable when this authority may not promise anything
    /// now: then its life is not longer than before.
    /// </returns>
    public LeaseDecision Renew(LeaseReport report, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(report);
        Expire(now);
        if (!_leases.TryGetValue(report.LeaseId, out Lease? lease) || lease.Session is not null)
        {
            lease = Learn(report, now);
        }
        else if (lease.Bytes != report.Bytes
            || !string.Equals(lease.Book.Name, report.Subsystem, StringComparison.Ordinal))
        {
            lease = null;
        }

        if (lease is null)
        {
            return Gone();
        }

        if (!IsAuthority(now))
        {
            return Unavailable() with { Outcome = _fenced ? Outcome.Fenced : Outcome.Unavailable };
        }

        Extend(lease, now);
        if (lease.Asked)
        {
            lease.ToldAt ??= now;
        }

        Finish(now);
        return Answer(lease, lease.Remote ? Rung.Loan : Rung.Container) with
        {
            ReclaimBytes = lease.Asked ? lease.Bytes : 0,
            ReclaimWithin = lease.Asked ? _rules.ReclaimWithin : TimeSpan.Zero,
        };
    }

    /// <summary>
    /// Gives a lease without a session back; one of an earlier epoch is learned to be gone. Idempotent.
    /// </summary>
    public void Release(LeaseReport report, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(report);
        Expire(now);
        if (!_leases.TryGetValue(report.LeaseId, out Lease? lease))
        {
            lease = Learn(report, now);
        }

        if (lease is { Session: null })
        {
            End(lease, now);
        }

        Finish(now);
    }

    private LeaseDecision Grant(LeaseCommand command, Rung rung, TimeSpan now)
    {
        Session? session = command.Session == Guid.Empty ? null : _sessions[command.Session];
        Urgency held = Held(command);
        var lease = new Lease
        {
            Id = ++_lastLeaseId,
            Book = Book(command.Subsystem)!,
            Bytes = command.Bytes,
            Urgency = held,
            Session = session,
            RequestId = command.RequestId,
            Ttl = session is null ? LifeOf(command) : TimeSpan.Zero,
            Remote = rung == Rung.Loan,
            Reason = held == Urgency.MustSucceed ? command.Reason : string.Empty,
        };
        Add(lease, now);
        if (lease.Urgency == Urgency.MustSucceed)
        {
            _reasons.Grant(lease.Book.Name, lease.Reason, 1, 0);
            LiftIfProved(lease, now);
        }

        LeaseDecision decision = Answer(lease, rung);
        _answers.Add(command, decision);
        return decision;
    }

    private Urgency Held(LeaseCommand command) =>
        command.IsReservation ? Policy(command.Subsystem).MaxUrgency : command.Urgency;

    private static LeaseDecision Answer(Lease lease, Rung rung) => new()
    {
        Outcome = Outcome.Granted,
        LeaseId = lease.Id,
        Bytes = lease.Bytes,
        Rung = rung,
        Ttl = lease.Ttl,
    };

    private void Add(Lease lease, TimeSpan now)
    {
        _leases.Add(lease.Id, lease);
        Charge(lease, lease.Bytes);
        lease.Book.Users++;
        if (lease.Session is { } session)
        {
            session.Leases.Add(lease);
        }
        else
        {
            Offer(lease);
            lease.ExpiresAt = now + lease.Ttl + Grace(lease.Ttl);
            _leaseEnds.Add((lease.ExpiresAt, lease.Id));
        }
    }

    // One on another host books no bytes here; it counts for what must-succeed was used for.
    private void Charge(Lease lease, long bytes)
    {
        if (lease.Urgency == Urgency.MustSucceed)
        {
            _reasons.Grant(lease.Book.Name, lease.Reason, 0, bytes);
        }

        if (lease.Remote)
        {
            _loaned += bytes;
            return;
        }

        var leased = ByUrgency.Of(lease.Urgency, bytes);
        _held += bytes;
        _leased += leased;
        lease.Book.AddLeased(leased);
        if (lease.Session is { } session)
        {
            _beyond -= session.BeyondBytes;
            session.NamedBytes += bytes;
            _beyond += session.BeyondBytes;
            Session.Account account = Account(session, lease.Book.Name);
            account.NamedBytes += leased;
        }
        else
        {
            _beyond += Math.Sign(bytes) * (lease.Bytes - (Learning ? lease.BaseBytes : 0));
        }
    }

    private void Extend(Lease lease, TimeSpan now)
    {
        _leaseEnds.Remove((lease.ExpiresAt, lease.Id));
        lease.ExpiresAt = now + lease.Ttl + Grace(lease.Ttl);
        _leaseEnds.Add((lease.ExpiresAt, lease.Id));
    }

    private void End(Lease lease, TimeSpan now)
    {
        End(lease);
        if (lease.RequestId != Guid.Empty)
        {
            _answers.End(lease.RequestId, lease.Id, lease.Session?.Settled ?? 0, now + RequestMemory);
        }
    }

    private void End(Lease lease)
    {
        _leases.Remove(lease.Id);
        Charge(lease, -lease.Bytes);
        lease.Book.Users--;
        if (lease.Session is { } session)
        {
            session.Leases.Remove(lease);
        }
        else
        {
            Unoffer(lease);
            _leaseEnds.Remove((lease.ExpiresAt, lease.Id));
        }
    }

    // Its bytes are charged until they are seen gone. Who asks for it again must not believe to hold it.
    private void Lapse(Lease lease, TimeSpan now)
    {
        long beyond = lease.Bytes - (Learning ? lease.BaseBytes : 0);
        End(lease, now);
        if (lease.RequestId != Guid.Empty)
        {
            _answers.Replace(lease.RequestId, Gone());
        }

        if (!lease.Remote)
        {
            _ghosts.AddUnwitnessed(lease.Bytes, beyond, _watch + 1, now);
        }
    }

    private static LeaseDecision Gone() => new()
    {
        Outcome = Outcome.Gone,
        Detail = "the lease was released, or it lapsed",
    };

    // A sealed id is believed while learning, as far as the mark has bytes that nobody reported.
    private Lease? Learn(LeaseReport report, TimeSpan now)
    {
        if (!IsLearnable(report) || Book(report.Subsystem) is not { } book)
        {
            return null;
        }

        _reported += report.Remote ? 0 : report.Bytes;
        _learned.Add(report.LeaseId);
        var lease = new Lease
        {
            Id = report.LeaseId,
            Book = book,
            Bytes = report.Bytes,
            Urgency = report.Urgency,
            BaseBytes = report.Remote ? 0 : report.Bytes,
            Ttl = report.Ttl,
            Remote = report.Remote,
        };
        Add(lease, now);
        return lease;
    }

    private bool IsLearnable(LeaseReport report) =>
        Learning
        && report.Epoch < Epoch
        && report.LeaseId >> EpochShift == report.Epoch
        && report.Bytes >= 1
        && (report.Remote || report.Bytes <= _mark - _reported)
        && report.Ttl > TimeSpan.Zero
        && report.Ttl <= _durableTtl
        && report.Urgency <= Urgency.MustSucceed
        && _leases.Count < MaxLeases
        && !_learned.Contains(report.LeaseId);
}
