namespace Headroom;

/// <content>What an exchange takes back from a session, asks back, and gives.</content>
public sealed partial class ContainerLedger
{
    private void TakeBack(Session session, IReadOnlyList<SubsystemHolding> holdings)
    {
        int rows = 0;
        foreach (SubsystemHolding holding in holdings)
        {
            Session.Account account = Account(session, holding.Subsystem);
            rows++;
            long keep = Math.Min(account.BookedBytes, holding.TotalBytes);

            // A client that reports more leased than it drew breaks I3; what it may hold is what is booked.
            ByUrgency leased = holding.LeasedBytes.Total <= keep ? holding.LeasedBytes : account.LeasedBytes;
            SetEmergency(account, 0);
            SetLeased(account, default);
            SetBooked(session, account, Math.Max(keep, leased.Total));
            SetLeased(account, leased);
            SetEmergency(account, Policy(holding.Subsystem).EmergencyCreditBytes);

            // The client has acted on the current order, and this is what it keeps.
            account.TargetBytes = account.BookedBytes;
        }

        if (rows < session.Accounts.Count)
        {
            var named = new HashSet<string>(holdings.Select(holding => holding.Subsystem), StringComparer.Ordinal);
            string[] gone =
            [
                .. session.Accounts
                    .Where(pair => !named.Contains(pair.Key) && pair.Value.NamedBytes.Total == 0)
                    .Select(pair => pair.Key),
            ];
            foreach (string name in gone)
            {
                Remove(session, session.Accounts[name]);
            }
        }
    }

    // Credit lies idle while somebody waits: ask for it by an order for less. It is free when the client says so. What
    // is kept for must-succeed stays.
    private bool AskBack(Session session)
    {
        bool waits = _queue.Highest >= 0 || _hostBelow > Urgency.Optional;
        bool changed = false;
        foreach (Session.Account account in session.Accounts.Values)
        {
            long target = waits ? account.LeasedBytes.Total + account.EmergencyBytes : account.BookedBytes;
            changed |= target != account.TargetBytes;
            account.TargetBytes = target;
        }

        return changed;
    }

    private bool Draw(Session session, IReadOnlyList<SubsystemWant> wants, TimeSpan now, out bool unmet)
    {
        unmet = false;
        if (!MayGrant(now))
        {
            return false;
        }

        bool changed = Refill(session);
        if (wants.Count == 0)
        {
            return changed;
        }

        foreach (SubsystemWant want in wants.OrderByDescending(want => want.Urgency))
        {
            Session.Account account = Account(session, want.Subsystem);
            long lacking = Drawable(account, want);
            if (lacking <= 0)
            {
                continue;
            }

            long room = LimitRoom(want.Urgency);
            long give = _rules.SessionTtl > _durableTtl ? 0 : Math.Min(lacking, Math.Min(AllotmentRoom, room));
            if (give < lacking && give < room)
            {
                unmet = true;
                _unasked = true;
                long shortage = _creditShort[want.Urgency] + Math.Min(lacking, room) - Math.Max(0, give);
                _creditShort[want.Urgency] = Math.Min(shortage, HostLedger.MaxCapacityBytes);
            }

            if (give > 0)
            {
                SetBooked(session, account, account.BookedBytes + give);
                account.TargetBytes = account.BookedBytes;
                changed = true;
            }
        }

        return changed;
    }

    // What policy, quota and those that wait leave of a want.
    private long Drawable(Session.Account account, SubsystemWant want)
    {
        if (want.Urgency > Policy(want.Subsystem).MaxUrgency
            || _queue.Highest >= (int)want.Urgency
            || (account.Owner.Overdue && want.Urgency < Urgency.MustSucceed))
        {
            return 0;
        }

        long lacking = want.TotalBytes - account.BookedBytes;
        return want.Urgency == Urgency.MustSucceed && _rules.MustSucceedQuotaBytes is { } quota
            ? Math.Min(lacking, quota - MustSucceedBytes)
            : lacking;
    }

    // The private stores come before anything else that is wanted, from ordinary bytes: nobody is disturbed for them.
    private bool Refill(Session session)
    {
        bool changed = false;
        foreach (Session.Account account in session.Accounts.Values)
        {
            long emergency = Policy(account.Book.Name).EmergencyCreditBytes;
            long lacking = emergency - account.CreditBytes;
            if (lacking <= 0 || _queue.Highest >= (int)Urgency.MustSucceed || _rules.SessionTtl > _durableTtl)
            {
                continue;
            }

            long room = Math.Max(0, LimitRoom(Urgency.MustSucceed));
            long give = Math.Clamp(Math.Min(AllotmentRoom, room), 0, lacking);
            if (give > 0)
            {
                SetBooked(session, account, account.BookedBytes + give);
                account.TargetBytes = account.BookedBytes;
                SetEmergency(account, emergency);
                changed = true;
            }

            long shortage = Math.Min(lacking, room) - give;
            if (shortage > 0)
            {
                _creditShort[Urgency.MustSucceed] =
                    Math.Min(_creditShort[Urgency.MustSucceed] + shortage, HostLedger.MaxCapacityBytes);
                _unasked = true;
            }
        }

        return changed;
    }

    private SubsystemShare[] Shares(Session session, TimeSpan now)
    {
        var shares = new SubsystemShare[session.Accounts.Count];
        int row = 0;
        foreach ((string name, Session.Account account) in session.Accounts)
        {
            SubsystemRow policy = Policy(name);
            if (account.ReclaimBelow > Urgency.Optional)
            {
                account.ToldAt ??= now;
            }

            shares[row++] = new SubsystemShare(name, account.TargetBytes, policy.MaxUrgency)
            {
                EmergencyBytes = policy.EmergencyCreditBytes,
                ReclaimBelow = account.ReclaimBelow,
                KeepBytes = account.KeepBytes,
                State = account.Book.State,
                LoansComeHome = policy.LoansComeHome,
            };
        }

        return shares;
    }
}
