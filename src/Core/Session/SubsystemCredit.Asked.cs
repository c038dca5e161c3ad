namespace Headroom;

/// <content>What the authority says of a subsystem beside amounts, and what is left when the session lapses.</content>
internal sealed partial class SubsystemCredit
{
    // Emergency credit of a session that lapsed: it serves must-succeed until there is a session again. The authority
    // may have seen the memory unused and given it away, so it is not claimed: what is leased from it is lost.
    private volatile CreditAccount? _adrift;
    private int _state;

    /// <summary>What the policy keeps of the credit for must-succeed alone. Only under the session's lock.</summary>
    internal long EmergencyBytes { get; private set; }

    /// <summary>
    /// Leases below this urgency are asked back; Optional when nothing is. Only under the session's lock.
    /// </summary>
    internal Urgency ReclaimBelow { get; private set; }

    /// <summary>What it may keep of them. Only under the session's lock.</summary>
    internal long KeepBytes { get; private set; }

    /// <summary>When they should have come back. Only under the session's lock.</summary>
    internal TimeSpan ReclaimUntil { get; private set; }

    /// <summary>The subsystem's state at the authority, as last heard.</summary>
    internal SubsystemState State
    {
        get => (SubsystemState)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>Whether loans go home when there is room again.</summary>
    internal bool LoansComeHome { get; private set; }

    /// <summary>Emergency credit that a lapsed session left; 0 while there is a session.</summary>
    internal long AdriftBytes => _adrift?.CreditBytes ?? 0;

    /// <summary>
    /// Takes in what an answer says beside amounts, whatever order it repeats. Only under the session's lock.
    /// </summary>
    /// <returns>True when credit is to go back that was not asked for before.</returns>
    internal bool Heed(SubsystemShare share, TimeSpan until)
    {
        // Before what an order adds, so that nothing of that is taken below must-succeed which is not for it.
        EmergencyBytes = Math.Clamp(share.EmergencyBytes, 0, SessionCore.MaxBytes);
        _account.Keep(EmergencyBytes);
        MaxUrgency = share.MaxUrgency;
        LoansComeHome = share.LoansComeHome;
        State = share.State;
        if (share.ReclaimBelow == ReclaimBelow && share.KeepBytes == KeepBytes)
        {
            return false;
        }

        ReclaimBelow = share.ReclaimBelow;
        KeepBytes = share.KeepBytes;
        ReclaimUntil = until;
        if (ReclaimBelow == Urgency.Optional)
        {
            return false;
        }

        // What comes back is to go back at once.
        Volatile.Write(ref _highMark, EmergencyBytes);
        _account.Spread(false);
        return SpareBytes > 0;
    }

    /// <summary>Nothing is asked back any more, as far as is known. Only under the session's lock.</summary>
    internal void Forgive()
    {
        ReclaimBelow = Urgency.Optional;
        KeepBytes = 0;
    }

    /// <summary>What is held above what was asked to be kept; 0 when nothing is asked back.</summary>
    internal long AboveBytes()
    {
        long below = -KeepBytes;
        ByUrgency leased = _account.LeasedWithin();
        for (int level = 0; level < (int)ReclaimBelow; level++)
        {
            below += leased[level] + Named[level];
        }

        return ReclaimBelow == Urgency.Optional ? 0 : Math.Max(0, below);
    }

    /// <summary>
    /// The session lapsed: credit goes, and emergency credit is set apart. The account is closed to takers. Only under
    /// the session's lock.
    /// </summary>
    internal void CutAdrift()
    {
        long kept = Math.Min(EmergencyBytes, _account.Surrender(SessionCore.MaxBytes));
        if (kept > 0 && _adrift is null)
        {
            var store = new CreditAccount(this) { IsAdrift = true };
            store.Draw(kept);
            store.Allow(1 << (int)Urgency.MustSucceed);
            _adrift = store;
        }
    }

    /// <summary>
    /// There is a session again, or there will be none: what is leased adrift is lost. Only under the session's lock.
    /// </summary>
    internal void EndAdrift()
    {
        if (_adrift is { } store)
        {
            _adrift = null;
            store.Allow(0);
            store.Surrender(SessionCore.MaxBytes);
            _abandoned.Add(store);
        }
    }
}
