namespace Headroom;

/// <content>Requests for leases: what can never be, what may be now, what waits.</content>
public sealed partial class ContainerLedger
{
    /// <summary>
    /// Asks for a lease. A repeated request gets the first answer; one without a session is renewed by it, since who
    /// asks counts its life from the answer.
    /// </summary>
    /// <returns>
    /// Granted; Waiting: then the answer comes through <see cref="TakeSettled"/>, and the same request again keeps
    /// its place; Gone when its lease has lapsed meanwhile; otherwise why not, and nothing has changed.
    /// </returns>
    public LeaseDecision Request(LeaseCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (_answers.TryFind(command.RequestId, out LeaseCommand first, out LeaseDecision answer))
        {
            if (!first.SameAs(command))
            {
                return Conflict();
            }

            _answers.AskedAgain(command.RequestId);
            return Repeated(answer, now);
        }

        if (_queue.Find(command.RequestId) is { } waiter)
        {
            if (!waiter.Command.SameAs(command))
            {
                return Conflict();
            }

            _queue.Keep(waiter, AbandonedAt(command, now));
            waiter.LoanTried |= command.LoanTried;
            Finish(now);
            return Waiting(waiter);
        }

        if (Unfit(command) is { } unfit)
        {
            return unfit;
        }

        LeaseDecision decision = Admit(command, now);
        Finish(now);
        return decision;
    }

    /// <summary>
    /// Gives up a request: leaves the queue, or gives back what it was granted. Idempotent, unknown requests included.
    /// </summary>
    public void Cancel(Guid requestId, TimeSpan now)
    {
        Expire(now);
        Withdraw(requestId, null, now);
        Finish(now);
    }

    /// <summary>
    /// The caller waits no longer: refuses a request that still waits, saying what there was. Null when it does not
    /// wait.
    /// </summary>
    public LeaseDecision? GiveUp(Guid requestId, TimeSpan now)
    {
        Expire(now);
        if (_queue.Find(requestId) is not { } waiter)
        {
            return null;
        }

        LeaseDecision refusal = Refusal(waiter.Command, Because("the time to wait was over", waiter));
        Remove(waiter);
        Finish(now);
        return refusal;
    }

    private LeaseDecision Repeated(LeaseDecision answer, TimeSpan now)
    {
        if (!_leases.TryGetValue(answer.LeaseId, out Lease? lease) || lease.Session is not null)
        {
            return answer;
        }

        if (!IsAuthority(now))
        {
            return Unavailable();
        }

        Extend(lease, now);
        return answer;
    }

    /// <summary>How a request stands that waits; null when it does not.</summary>
    public LeaseDecision? Stand(Guid requestId) => _queue.Find(requestId) is { } waiter ? Waiting(waiter) : null;

    private LeaseDecision Waiting(Waiter waiter) => new()
    {
        Outcome = Outcome.Waiting,
        Rung = Rung.Wait,
        Exhausted = waiter.Rung == Rung.Loan,
        State = waiter.Book.State,
        Detail = WhyNotRaised(waiter),
        Rungs = waiter.Rung > Rung.Host ? Rungs(waiter.Command.Urgency, byContainer: false) : [],
        Holders = waiter.Rung > Rung.Host ? Holders() : [],
    };

    private static LeaseDecision Conflict() => new()
    {
        Outcome = Outcome.Conflict,
        Detail = "the same request id came before with other content",
    };

    // What can never be granted, whatever is free; in the order of precedence of the outcomes.
    private LeaseDecision? Unfit(LeaseCommand command)
    {
        if (command.Session != Guid.Empty && !_sessions.ContainsKey(command.Session))
        {
            return new LeaseDecision { Outcome = Outcome.RegisterAgain };
        }

        if (command.RequestId == Guid.Empty)
        {
            return Invalid("requestId must not be empty");
        }

        if (command.Bytes < 1 || command.Bytes > _rules.HostCapacityBytes)
        {
            return Invalid($"bytes must be 1 to {_rules.HostCapacityBytes}: the host's capacity");
        }

        if (command.Urgency > Urgency.MustSucceed)
        {
            return Invalid("urgency must be 0 to 3");
        }

        if (command.Ttl < TimeSpan.Zero || command.Ttl > _rules.MaxLeaseTtl)
        {
            return Invalid($"ttlSeconds must be 1 to {_rules.MaxLeaseTtl.TotalSeconds:0}");
        }

        if (Book(command.Subsystem) is null)
        {
            return Invalid($"subsystem: {ResourceName.Rule}; at most {MaxSubsystems} in a container");
        }

        SubsystemRow policy = Policy(command.Subsystem);
        if (command.Urgency > policy.MaxUrgency)
        {
            return new LeaseDecision
            {
                Outcome = Outcome.UrgencyNotAllowed,
                RefusedBy = "subsystem",
                Detail = $"the policy of {command.Subsystem} allows {policy.MaxUrgency} at most, not {command.Urgency}",
            };
        }

        if (Held(command) == Urgency.MustSucceed && _rules.MustSucceedQuotaBytes is { } quota
            && OverQuota(command, quota) is { } over)
        {
            return over;
        }

        if (command.Urgency < Urgency.MustSucceed && IsOverdue(command))
        {
            return Refusal(command, "what was asked back was not given back in time") with
            {
                RefusedBy = "subsystem",
            };
        }

        return command.Session != Guid.Empty && _answers.WasGivenUp(command.Session, command.RequestId)
            ? Refusal(command, "it was given up")
            : null;
    }

    private bool IsOverdue(LeaseCommand command) => command.Session == Guid.Empty
        ? Book(command.Subsystem)!.OverdueLeases > 0
        : _sessions[command.Session].Overdue;

    // Those that only wait for the host's answer count, too: two of them must not exceed the quota together.
    private long MustSucceedBytes => MustSucceedOutstandingBytes
        + _queue.WaitingBytes[Urgency.MustSucceed] + _queue.PassingBytes[Urgency.MustSucceed];

    private LeaseDecision? OverQuota(LeaseCommand command, long quota)
    {
        long used = MustSucceedBytes;
        return command.Bytes <= quota - used ? null : new LeaseDecision
        {
            Outcome = Outcome.QuotaExceeded,
            RefusedBy = "container",
            AvailableBytes = Math.Max(0, quota - used),
            Detail = $"{command.Bytes} bytes would exceed the container's must-succeed quota of {quota} bytes, "
                + $"of which {used} are in use or asked for",
        };
    }

    private static LeaseDecision Invalid(string detail) => new() { Outcome = Outcome.Invalid, Detail = detail };

    private LeaseDecision Admit(LeaseCommand command, TimeSpan now)
    {
        Urgency urgency = command.Urgency;

        // Waiting cannot make the limit larger: only must-succeed, which has no other way out, goes on.
        bool waits = command.MayWait && urgency != Urgency.Optional
            && (command.Bytes <= _limit || urgency == Urgency.MustSucceed);

        // Who could not confirm itself grants nothing, and is confirmed by and by, or replaced: who may wait for that
        // keeps a place meanwhile.
        bool confirmed = IsAuthority(now);
        if (_draining || _fenced || _leases.Count >= MaxLeases || (!confirmed && !waits))
        {
            return Unavailable();
        }

        if (confirmed && GrantInTurn(command, now) is { } granted)
        {
            return granted;
        }

        bool inTurn = InTurn(urgency, out _);
        bool hostMayHelp = inTurn && command.Bytes <= LimitRoom(urgency);
        if (!waits && !hostMayHelp)
        {
            if (inTurn)
            {
                RunShort(now);
            }

            return Refusal(command, inTurn ? null : "requests of higher or equal urgency wait before it");
        }

        if (_queue.Count >= MaxWaiting)
        {
            return Refusal(command, $"{MaxWaiting} requests wait already");
        }

        return Waiting(Enqueue(command, passing: !waits, now));
    }

    private LeaseDecision? GrantInTurn(LeaseCommand command, TimeSpan now)
    {
        if (!InTurn(command.Urgency, out Waiter? first) || !Fits(command))
        {
            return null;
        }

        if (first is not null)
        {
            first.Overtaken++;
        }

        return Grant(command, Rung.Container, now);
    }

    private Waiter Enqueue(LeaseCommand command, bool passing, TimeSpan now)
    {
        var waiter = new Waiter
        {
            Command = command,
            Book = Book(command.Subsystem)!,
            HostCall = _hostCalls + 1,
            Passing = passing,
            Since = now,
            AbandonedAt = AbandonedAt(command, now),
            LoanTried = command.LoanTried,
        };
        _queue.Add(waiter);
        CountWaiting(waiter, 1);
        _unasked = true;
        TimeSpan life = LifeOf(command);
        _wantedTtl = life > _wantedTtl ? life : _wantedTtl;
        if (command.Session != Guid.Empty)
        {
            _sessions[command.Session].Waiting.Add(command.RequestId);
        }

        return waiter;
    }

    private static TimeSpan AbandonedAt(LeaseCommand command, TimeSpan now)
    {
        TimeSpan patience = command.Patience < MaxPatience ? command.Patience : MaxPatience;
        return now + WaiterMemory + (patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
    }

    private LeaseDecision Unavailable() => new()
    {
        Outcome = Outcome.Unavailable,
        RefusedBy = "container",
        RetryAfter = TimeSpan.FromSeconds(1),
        Detail = _fenced ? "another activation is the authority now"
            : _draining ? "the silo is draining"
            : _leases.Count >= MaxLeases ? $"there are {MaxLeases} leases already"
            : "the authority could not confirm that it still is the authority",
    };

    // Nothing goes before a higher urgency that waits (I7); of its own, only a bounded number of times before the
    // first.
    private bool InTurn(Urgency urgency, out Waiter? first)
    {
        first = _queue.First(urgency)?.Value;
        return _queue.Highest <= (int)urgency && (first is null || first.Overtaken < MaxOvertakes);
    }

    private bool Fits(LeaseCommand command) =>
        command.Bytes <= Room(command.Urgency)
        && command.Bytes <= LimitRoom(command.Urgency)
        && LifeOf(command) <= _durableTtl;

    private TimeSpan LifeOf(LeaseCommand command) =>
        command.Session != Guid.Empty || command.Ttl == TimeSpan.Zero ? _rules.SessionTtl : command.Ttl;

    // A session's request may still be on its way: it must not be granted when it arrives, for nobody would give it
    // back. One without a session is not remembered, so that its caller may ask again; what comes late ends with its
    // own life.
    private void Withdraw(Guid requestId, Session? session, TimeSpan now)
    {
        if (session is not null)
        {
            _answers.GiveUp(session.Id, requestId, now + RequestMemory);
        }

        if (_queue.Find(requestId) is { } waiter && (session is null || waiter.Command.Session == session.Id))
        {
            Settle(waiter, Refusal(waiter.Command, "it was given up"));
        }
        else if (_answers.TryFind(requestId, out LeaseCommand command, out LeaseDecision decision)
            && (session is null || command.Session == session.Id))
        {
            _answers.Forget(requestId);
            if (_leases.TryGetValue(decision.LeaseId, out Lease? lease))
            {
                End(lease);
            }
        }
    }
}
