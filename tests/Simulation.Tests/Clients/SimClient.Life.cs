namespace Headroom.Simulation.Tests.Clients;

/// <content>The application: what it leases, how long it holds it, and whether it gives back what is asked.</content>
internal sealed partial class SimClient
{
    private const string Reason = "commit";

    private bool _reclaims;

    private void LiveOn()
    {
        TimeSpan pause = TimeSpan.FromSeconds(-Math.Log(1 - _chance.Unit()) / Plan.Eagerness);
        _world.Simulator.After(Process.True(pause), () => Process.Post(() =>
        {
            if (!_resting && !_closing)
            {
                Live();
                LiveOn();
            }
        }));
    }

    private void Live()
    {
        SubsystemCredit credit = _chance.Pick(_credits);
        var urgency = (Urgency)_chance.Below(_chance.Of(0.1) ? ByUrgency.Levels : (int)credit.MaxUrgency + 1);
        long bytes = 1 + (long)(Plan.MostBytes * Math.Pow(_chance.Unit(), 2));
        switch (_chance.Below(16))
        {
            case < 5:
                LeaseSome(credit, bytes / 8, urgency);
                break;
            case < 9:
                Acquire(credit, bytes, urgency);
                break;
            case < 11:
                Acquire(_chance.Pick(_credits), bytes, Urgency.MustSucceed);
                break;
            case 11:
                Begin(credit, bytes, Urgency.SafeToFail, 0, reserves: true);
                break;
            case 12 when _requests.Count > 0:
                GiveUp(_chance.Pick(_requests));
                break;
            case < 15 when _held.Count > 0:
                End(_chance.Pick(_held));
                break;
            default:
                LeaseSome(_credits[1], 1 + (bytes / 16), Urgency.MustSucceed);
                break;
        }
    }

    private void LeaseSome(SubsystemCredit credit, long bytes, Urgency urgency)
    {
        if (bytes > 0 && TryLease(credit, bytes, urgency) is { } held)
        {
            Hold(held);
        }
    }

    private void Acquire(SubsystemCredit credit, long bytes, Urgency urgency)
    {
        if (TryLease(credit, bytes, urgency) is { } held)
        {
            Hold(held);
        }
        else if (_requests.Count < 6)
        {
            int replicas = urgency == Urgency.MustSucceed ? _chance.Below(3) : 0;
            Begin(credit, bytes, urgency, replicas, reserves: false);
        }
    }

    // As the SDK serves a lease from credit: from the place's part of it if that will do, and not for long after the
    // session was over by the client's own clock.
    private Held? TryLease(SubsystemCredit credit, long bytes, Urgency urgency)
    {
        bool must = urgency == Urgency.MustSucceed;
        CreditAccount home = credit.Account;
        if (credit.Stripes.TryLease(bytes, urgency, Held.Place, out long token) is { } spread)
        {
            return new Held(spread, token, bytes, urgency, credit) { Account = home };
        }

        if (!must && credit.TryRefill(bytes, urgency, Held.Place, out token, out bool look) is { } own)
        {
            if (!look || !Core.IsOver(Now))
            {
                return new Held(own, token, bytes, urgency, credit) { Account = home };
            }

            own.End(token, bytes, Held.Place);
            Wake();
            return null;
        }

        if (!TryTake(credit, bytes, urgency, out CreditAccount account))
        {
            return null;
        }

        if (!must && !account.IsAdrift && account.CreditBytes < account.EmergencyBytes)
        {
            _world.Violated($"I8: {Process.Name} leased at {urgency} and left {account.CreditBytes} bytes of credit, "
                + $"where {account.EmergencyBytes} are kept for must-succeed.");
        }

        ReasonTally.Row? row = must && !account.IsAdrift ? credit.Reasons.Of(Reason) : null;
        row?.Took(bytes);
        LeaseSlot slot = Core.Lease(new LeaseTerms(account, bytes) { Reason = row }, urgency, out token);
        return new Held(slot, token, bytes, urgency, credit) { Account = account };
    }

    private bool TryTake(SubsystemCredit credit, long bytes, Urgency urgency, out CreditAccount account)
    {
        if (!credit.TryTake(bytes, urgency, urgency, out account))
        {
            return false;
        }

        if (account.IsAdrift || !Core.IsOver(Now))
        {
            return true;
        }

        account.GiveBack(bytes, urgency);
        Wake();
        return urgency == Urgency.MustSucceed && Core.TryTakeEmergency(credit, bytes, Now, out account);
    }

    private void Hold(Held held)
    {
        _held.Add(held);
        LeasedBytes += held.Loan is null ? held.Bytes : 0;
        double scale = _resting ? 0.5 : held.Urgency == Urgency.MustSucceed ? 2 : 6;
        EndLater(held, TimeSpan.FromSeconds(scale * -Math.Log(1 - _chance.Unit())));
    }

    private void EndLater(Held held, TimeSpan after) =>
        _world.Simulator.After(Process.True(after), () => Process.Post(() => End(held)));

    private void End(Held held)
    {
        if (!_held.Remove(held))
        {
            return;
        }

        LeasedBytes -= held.Loan is null ? held.Bytes : 0;
        if (held.Loan is { } loan)
        {
            Return(loan);
        }

        held.Slot.End(held.Token, held.Bytes, Held.Place);
    }

    // Handlers run off the session's loop, and take their time.
    private void LookForReclaims()
    {
        if (!Plan.Complies || _reclaims || !_credits.Any(credit => Core.Demand(credit) is not null))
        {
            return;
        }

        _reclaims = true;
        TimeSpan after = _chance.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(600));
        _world.Simulator.After(Process.True(after), () => Process.Post(GiveBackWhatIsAsked));
    }

    private void GiveBackWhatIsAsked()
    {
        _reclaims = false;
        foreach (SubsystemCredit credit in _credits)
        {
            foreach (Held held in _held.Where(held => held.Credit == credit).OrderBy(held => held.Urgency).ToArray())
            {
                if (Core.Demand(credit) is { } demand && held.Urgency < demand.Below && !held.IsLost)
                {
                    End(held);
                }
            }
        }
    }
}
