namespace Headroom;

/// <content>Leases granted one by one, and the queue.</content>
public sealed partial class ContainerLedger
{
    /// <summary>
    /// Asks for a lease. Granted, refused, or waiting: then the answer comes through <see cref="TakeSettled"/>, and the same
    /// request again keeps its place.
    /// </summary>
    public LeaseDecision Request(LeaseCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (_answers.TryFind(command.RequestId, out LeaseCommand first, out LeaseDecision answer))
        {
            return first.SameAs(command) ? answer : Conflict();
        }

        if (_queue.Find(command.RequestId) is { } waiter)
        {
            if (!waiter.Command.SameAs(command))
            {
                return Conflict();
            }

            _queue.Keep(waiter, now + command.Patience + WaiterMemory);
            return Waiting();
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
    /// The caller waits no longer: refuses a request that still waits, saying what there was. Null when it does not wait.
    /// </summary>
    public LeaseDecision? GiveUp(Guid requestId, TimeSpan now)
    {
        Expire(now);
        if (_queue.Find(requestId) is not { } waiter)
        {
            return null;
        }

        LeaseDecision refusal = Refusal(waiter.Command, "the time to wait was over");
        Remove(waiter);
        Finish(now);
        return refusal;
    }

    /// <summary>
    /// Renews a lease without a session. One of an earlier epoch is learned by it; after learning it is Gone.
    /// </summary>
    public LeaseDecision Renew(LeaseReport report, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(report);
        Expire(now);
        if (!_leases.TryGetValue(report.LeaseId, out Lease? lease) || lease.Session is not null)
        {
            lease = Learn(report, now);
        }
        else if (lease.Bytes != report.Bytes || lease.Book.Name != report.Subsystem)
        {
            lease = null;
        }

        if (lease is null)
        {
            return new LeaseDecision { Outcome = Outcome.Gone, Detail = "the lease was released, or it lapsed" };
        }

        Extend(lease, now);
        Finish(now);
        return Answer(lease, Rung.Container);
    }

    /// <summary>Gives a lease without a session back; one of an earlier epoch is learned to be gone. Idempotent.</summary>
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

    private static LeaseDecision Waiting() => new() { Outcome = Outcome.Waiting, Rung = Rung.Wait };

    private static LeaseDecision Conflict() => new()
    {
        Outcome = Outcome.Conflict, Detail = "the same request id came before with other content",
    };

    // What can never be granted, whatever is free; in the order of precedence of the outcomes.
    private LeaseDecision? Unfit(LeaseCommand command)
    {
        if (command.Session != Guid.Empty && !_sessions.ContainsKey(command.Session))
        {
            return new LeaseDecision { Outcome = Outcome.RegisterAgain };
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

        if (command.Urgency == Urgency.MustSucceed && _rules.MustSucceedQuotaBytes is { } quota)
        {
            return OverQuota(command, quota);
        }

        return null;
    }

    private LeaseDecision? OverQuota(LeaseCommand command, long quota)
    {
        long used = _leased[Urgency.MustSucceed] + _queue.WaitingBytes[Urgency.MustSucceed];
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
        if (!MayGrant(now) || _leases.Count >= MaxLeases)
        {
            return new LeaseDecision
            {
                Outcome = Outcome.Unavailable,
                RefusedBy = "container",
                RetryAfter = TimeSpan.FromSeconds(1),
                Detail = _draining ? "the silo is draining"
                    : _leases.Count >= MaxLeases ? $"there are {MaxLeases} leases already"
                    : "the authority could not confirm that it still is the authority",
            };
        }

        Urgency urgency = command.Urgency;
        bool inTurn = InTurn(urgency, out Waiter? first);
        if (inTurn && Fits(command))
        {
            if (first is not null)
            {
                first.Overtaken++;
            }

            return Grant(command, Rung.Container, now);
        }

        bool hostMayHelp = inTurn && command.Bytes <= LimitRoom(urgency);
        bool waits = command.MayWait && urgency != Urgency.Optional;
        if (!waits && !hostMayHelp)
        {
            return Refusal(command, inTurn ? null : "requests of higher or equal urgency wait before it");
        }

        if (_queue.Count >= MaxWaiting)
        {
            return Refusal(command, $"{MaxWaiting} requests wait already");
        }

        var waiter = new Waiter
        {
            Command = command,
            HostCall = _hostCalls + 1,
            Passing = !waits,
            AbandonedAt = now + command.Patience + WaiterMemory,
        };
        _queue.Add(waiter);
        _unasked = true;
        TimeSpan life = LifeOf(command);
        _wantedTtl = life > _wantedTtl ? life : _wantedTtl;
        if (command.Session != Guid.Empty)
        {
            _sessions[command.Session].Waiting.Add(command.RequestId);
        }

        return Waiting();
    }

    // Nothing goes before a higher urgency that waits (I7); of its own, only a bounded number of times before the first.
    private bool InTurn(Urgency urgency, out Waiter? first)
    {
        first = _queue.First(urgency)?.Value;
        return _queue.Highest <= (int)urgency && (first is null || first.Overtaken < MaxOvertakes);
    }

    private bool Fits(LeaseCommand command) =>
        command.Bytes <= AllotmentRoom && command.Bytes <= LimitRoom(command.Urgency) && LifeOf(command) <= _durableTtl;

    private TimeSpan LifeOf(LeaseCommand command) =>
        command.Session != Guid.Empty || command.Ttl == TimeSpan.Zero ? _rules.SessionTtl : command.Ttl;

    private LeaseDecision Grant(LeaseCommand command, Rung rung, TimeSpan now)
    {
        Session? session = command.Session == Guid.Empty ? null : _sessions[command.Session];
        var lease = new Lease
        {
            Id = ++_lastLeaseId,
            Book = Book(command.Subsystem)!,
            Bytes = command.Bytes,
            Urgency = command.Urgency,
            Session = session,
            RequestId = command.RequestId,
            Ttl = session is null ? LifeOf(command) : TimeSpan.Zero,
        };
        Add(lease, now);
        LeaseDecision decision = Answer(lease, rung);
        _answers.Add(command, decision);
        return decision;
    }

    private static LeaseDecision Answer(Lease lease, Rung rung) => new()
    {
        Outcome = Outcome.Granted, LeaseId = lease.Id, Bytes = lease.Bytes, Rung = rung, Ttl = lease.Ttl,
    };

    private void Add(Lease lease, TimeSpan now)
    {
        _leases.Add(lease.Id, lease);
        _held += lease.Bytes;
        _leased += lease.LeasedBytes;
        lease.Book.AddLeased(lease.LeasedBytes);
        if (lease.Session is { } session)
        {
            _beyond -= session.BeyondBytes;
            session.NamedBytes += lease.Bytes;
            _beyond += session.BeyondBytes;
            session.Leases.Add(lease);
        }
        else
        {
            _beyond += lease.Bytes - lease.BaseBytes;
            lease.ExpiresAt = now;
            _leaseEnds.Add((now, lease.Id));
            Extend(lease, now);
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
            _answers.ForgetAt(lease.RequestId, now + RequestMemory);
        }
    }

    private void End(Lease lease)
    {
        _leases.Remove(lease.Id);
        _held -= lease.Bytes;
        _leased -= lease.LeasedBytes;
        lease.Book.AddLeased(default(ByUrgency) - lease.LeasedBytes);
        if (lease.Session is { } session)
        {
            _beyond -= session.BeyondBytes;
            session.NamedBytes -= lease.Bytes;
            _beyond += session.BeyondBytes;
            session.Leases.Remove(lease);
        }
        else
        {
            _beyond -= Learning ? lease.Bytes - lease.BaseBytes : lease.Bytes;
            _leaseEnds.Remove((lease.ExpiresAt, lease.Id));
        }
    }

    // A sealed id is believed while learning, as far as the mark has bytes that nobody reported.
    private Lease? Learn(LeaseReport report, TimeSpan now)
    {
        if (!Learning || report.Epoch >= Epoch || report.Bytes < 1 || report.Bytes > _mark - _reported
            || report.Ttl > _durableTtl || _learned.Contains(report.LeaseId) || report.Urgency > Urgency.MustSucceed || Book(report.Subsystem) is not { } book)
        {
            return null;
        }

        _reported += report.Bytes;
        _learned.Add(report.LeaseId);
        var lease = new Lease
        {
            Id = report.LeaseId,
            Book = book,
            Bytes = report.Bytes,
            Urgency = report.Urgency,
            BaseBytes = report.Bytes,
            Ttl = report.Ttl,
        };
        Add(lease, now);
        return lease;
    }

    private void Withdraw(Guid requestId, Session? session, TimeSpan now)
    {
        if (_queue.Find(requestId) is { } waiter && (session is null || waiter.Command.Session == session.Id))
        {
            Settle(waiter, Refusal(waiter.Command, "it was given up"));
        }
        else if (_answers.TryFind(requestId, out LeaseCommand command, out LeaseDecision decision)
            && (session is null || command.Session == session.Id)
            && _leases.TryGetValue(decision.LeaseId, out Lease? lease))
        {
            End(lease, now);
        }
    }

    // Freed bytes go straight to those that wait: highest urgency first, then by arrival. The level of a request that is
    // stuck ends the round for all below it.
    private void Pump(TimeSpan now, long answeredCall = 0)
    {
        if (_queue.Count == 0 || !MayGrant(now))
        {
            return;
        }

        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            LinkedListNode<Waiter>? node = _queue.First((Urgency)level);
            Waiter? stuck = null;
            for (int looked = 0; node is not null && looked <= MaxOvertakes; looked++)
            {
                LinkedListNode<Waiter>? next = node.Next;
                if (stuck is not null && stuck.Overtaken >= MaxOvertakes)
                {
                    break;
                }

                if (Fits(node.Value.Command))
                {
                    GrantWaiter(node.Value, answeredCall, now);
                    if (stuck is not null)
                    {
                        stuck.Overtaken++;
                    }
                }
                else
                {
                    stuck ??= node.Value;
                }

                node = next;
            }

            if (_queue.CountAt((Urgency)level) > 0)
            {
                return;
            }
        }
    }

    // What the first answer of the host brought was granted from the host; anything later had to be waited for.
    private void GrantWaiter(Waiter waiter, long answeredCall, TimeSpan now)
    {
        Remove(waiter);
        Rung rung = waiter.HostCall == answeredCall ? Rung.Host : Rung.Wait;
        _settled.Add(new Settled(waiter.Command.RequestId, Grant(waiter.Command, rung, now)));
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

    private void RefuseAll(string why)
    {
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            while (_queue.First((Urgency)level) is { } node)
            {
                Settle(node.Value, Refusal(node.Value.Command, why) with { Outcome = Outcome.Unavailable });
            }
        }

        while (_queue.FirstPassing is { } node)
        {
            Settle(node.Value, Refusal(node.Value.Command, why) with { Outcome = Outcome.Unavailable });
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
            : byContainer ? $": limit {_limit}, committed {CommittedBytes}, untracked {_untracked.Bytes}, floor {_floor[urgency]}"
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
