namespace Headroom;

/// <content>What an exchange takes back from a session, asks back, and gives.</content>
public sealed partial class ContainerLedger
{
    private void TakeBack(Session session, IReadOnlyList<SubsystemHolding> holdings)
    {
        int at = 0;
        for (int row = 0; row < holdings.Count; row++)
        {
            SubsystemHolding holding = holdings[row];
            Session.Account account = Account(session, holding.Subsystem, ref at);
            long keep = Math.Min(account.BookedBytes, holding.TotalBytes);

            // A client that reports more leased than it drew breaks I3; what it may hold is what is booked.
            ByUrgency leased = holding.LeasedBytes.Total <= keep ? holding.LeasedBytes : account.LeasedBytes;
            SetHeld(account, Math.Max(keep, leased.Total), leased);
            SetEmergency(account, account.Book.Policy.EmergencyCreditBytes);

            // The client has acted on the current order, and this is what it keeps.
            account.TargetBytes = account.BookedBytes;
        }

        if (holdings.Count < session.Accounts.Count)
        {
            var named = new HashSet<string>(holdings.Select(holding => holding.Subsystem), StringComparer.Ordinal);
            Session.Account[] gone =
            [
                .. session.Accounts.Where(
                    account => !named.Contains(account.Book.Name) && account.NamedBytes.Total == 0),
            ];
            foreach (Session.Account account in gone)
            {
                Remove(session, account);
            }
        }
    }

    // Credit lies idle while somebody waits: ask for it by an order for less. It is free when the client says so. What
    // is kept for must-succeed stays.
    private bool AskBack(Session session)
    {
        bool waits = _queue.Highest >= 0 || _hostBelow > Urgency.Optional;
        bool changed = false;
        for (int at = 0; at < session.Accounts.Count; at++)
        {
            Session.Account account = session.Accounts[at];
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

        int at = 0;
        IReadOnlyList<SubsystemWant> inOrder = ByUrgencyDescending(wants);
        for (int row = 0; row < inOrder.Count; row++)
        {
            SubsystemWant want = inOrder[row];
            Session.Account account = Account(session, want.Subsystem, ref at);
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

    // The highest first, and otherwise as they came; mostly they come so.
    private static IReadOnlyList<SubsystemWant> ByUrgencyDescending(IReadOnlyList<SubsystemWant> wants)
    {
        for (int row = 1; row < wants.Count; row++)
        {
            if (wants[row].Urgency > wants[row - 1].Urgency)
            {
                return [.. wants.OrderByDescending(want => want.Urgency)];
            }
        }

        return wants;
    }

    // What policy, quota and those that wait here or at the host leave of a want.
    private long Drawable(Session.Account account, SubsystemWant want)
    {
        if (want.Urgency > account.Book.Policy.MaxUrgency
            || _queue.Highest >= (int)want.Urgency
            || want.Urgency < _hostBelow
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
        for (int at = 0; at < session.Accounts.Count; at++)
        {
            Session.Account account = session.Accounts[at];
            long emergency = account.Book.Policy.EmergencyCreditBytes;
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

    private static SubsystemShare[] Shares(Session session, TimeSpan now)
    {
        var shares = new SubsystemShare[session.Accounts.Count];
        for (int at = 0; at < shares.Length; at++)
        {
            Session.Account account = session.Accounts[at];
            SubsystemRow policy = account.Book.Policy;
            if (account.ReclaimBelow > Urgency.Optional)
            {
                account.ToldAt ??= now;
            }

            shares[at] = new SubsystemShare(account.Book.Name, account.TargetBytes, policy.MaxUrgency)
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
