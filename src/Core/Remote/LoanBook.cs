namespace Headroom.Remote;

/// <summary>
/// What a borrower has on loan, and when to renew it, to believe it gone and to give it back. Has no clock, no chance
/// and sends nothing: <c>now</c> is a monotonic time that never falls, <c>chance</c> is 0 to 1, and the caller makes
/// the calls that <see cref="Next"/> names. Not for two threads at once.
/// </summary>
/// <remarks>
/// The holder's time ends before the lender's: it counts from when the renewal was sent, less a margin, and the lender
/// from when it came. Of each lender one renewal and one release are under way at a time.
/// </remarks>
internal sealed class LoanBook
{
    /// <summary>Loans that one call carries at most; the others go with the next.</summary>
    internal const int MaxLoansPerCall = 1024;

    // So that two tries can fail before the third comes too late.
    private const int RenewalsPerTtl = 3;

    // Clocks of two machines may run at rates that differ by far less.
    private const int MarginsPerTtl = 10;

    // A failed call is repeated so much sooner than a third of the time.
    private const int RetriesPerTtl = 12;

    // Of the time to the next renewal, how much chance takes off: many borrowers of one lender drift apart.
    private const double Jitter = 0.2;

    private readonly SortedDictionary<(string Host, long Epoch, long Number), Entry> _loans =
        new(Comparer<(string Host, long Epoch, long Number)>.Create(Compare));

    private readonly HashSet<(string Host, bool IsRelease)> _underWay = [];

    /// <summary>When to look again; null when there is nothing to wait for.</summary>
    public TimeSpan? WakeAt
    {
        get
        {
            TimeSpan? first = null;
            foreach (Entry entry in _loans.Values)
            {
                TimeSpan at = Earlier(
                    _underWay.Contains((entry.Key.Host, entry.IsReleased)) ? entry.EndsAt : entry.CallAt, entry.EndsAt);
                first = first is { } known ? Earlier(known, at) : at;
            }

            return first;
        }
    }

    /// <summary>Loans on the book, those being given back included.</summary>
    public int Count => _loans.Count;

    /// <summary>Takes up a loan.</summary>
    /// <param name="key">The loan; none that is on the book.</param>
    /// <param name="ttl">How long it lives without renewal; more than 0.</param>
    /// <param name="askedAt">When it was asked for: the lender counts from then or later.</param>
    /// <param name="chance">For jitter.</param>
    public void Keep(LoanKey key, TimeSpan ttl, TimeSpan askedAt, double chance)
    {
        var entry = new Entry(key, ttl);
        entry.Renewed(askedAt, chance);
        _loans.Add(Order(key), entry);
    }

    /// <summary>Begins to give a loan back. Idempotent; does nothing for one that is not on the book.</summary>
    public void Release(LoanKey key, TimeSpan now)
    {
        if (_loans.TryGetValue(Order(key), out Entry? entry) && !entry.IsReleased)
        {
            entry.Release(now);
        }
    }

    /// <summary>
    /// Takes those loans off whose time has come: a holder must not use them any more. Each is given back all the same,
    /// because its lender may have heard a renewal whose answer was lost.
    /// </summary>
    /// <returns>Those that lapsed now, in order; each is returned once.</returns>
    public IReadOnlyList<LoanKey> Lapse(TimeSpan now)
    {
        var lapsed = new List<LoanKey>();
        foreach (Entry entry in _loans.Values.Where(entry => entry.EndsAt <= now).ToArray())
        {
            if (entry.IsReleased)
            {
                // The lender's own time has passed: there is nothing left to give back.
                _loans.Remove(Order(entry.Key));
            }
            else
            {
                lapsed.Add(entry.Key);
                entry.Release(now);
            }
        }

        return lapsed;
    }

    /// <summary>The next call to make now; null when there is none. <see cref="Renewed"/>, <see cref="Released"/> or
    /// <see cref="Failed"/> ends it.</summary>
    public LoanCall? Next(TimeSpan now)
    {
        foreach (Entry due in _loans.Values.Where(entry => entry.CallAt <= now))
        {
            (string host, bool isRelease) = (due.Key.Host, due.IsReleased);
            if (_underWay.Add((host, isRelease)))
            {
                // All of this lender: they go together from now on. Those that are due first, in case of too many.
                Entry[] together =
                [
                    .. _loans.Values.Where(entry => entry.Key.Host == host && entry.IsReleased == isRelease)
                        .OrderBy(entry => entry.CallAt)
                        .Take(MaxLoansPerCall),
                ];
                Array.ForEach(together, entry => entry.Sent(now));
                return new LoanCall(host, isRelease, [.. together.Select(entry => entry.Key)], now);
            }
        }

        return null;
    }

    /// <summary>A renewal was answered.</summary>
    /// <param name="call">The call.</param>
    /// <param name="gone">Those that the lender does not have.</param>
    /// <param name="chance">For jitter.</param>
    /// <returns>Those that are lost now, in order: gone, and not given back meanwhile.</returns>
    public IReadOnlyList<LoanKey> Renewed(LoanCall call, IReadOnlyCollection<LoanKey> gone, double chance)
    {
        _underWay.Remove((call.Host, call.IsRelease));
        var lost = new List<LoanKey>();
        foreach (LoanKey key in call.Loans)
        {
            if (!_loans.TryGetValue(Order(key), out Entry? entry))
            {
                continue;
            }

            if (gone.Contains(key))
            {
                _loans.Remove(Order(key));
                if (!entry.IsReleased)
                {
                    lost.Add(key);
                }
            }
            else if (!entry.IsReleased)
            {
                entry.Renewed(call.SentAt, chance);
            }
        }

        return lost;
    }

    /// <summary>Loans were given back.</summary>
    public void Released(LoanCall call)
    {
        _underWay.Remove((call.Host, call.IsRelease));
        foreach (LoanKey key in call.Loans)
        {
            _loans.Remove(Order(key));
        }
    }

    /// <summary>A call failed, or was not answered in time; it may have been heard all the same.</summary>
    public void Failed(LoanCall call, TimeSpan now, double chance)
    {
        _underWay.Remove((call.Host, call.IsRelease));
        foreach (LoanKey key in call.Loans)
        {
            if (_loans.TryGetValue(Order(key), out Entry? entry) && entry.IsReleased == call.IsRelease)
            {
                entry.Retry(now, chance);
            }
        }
    }

    private static (string Host, long Epoch, long Number) Order(LoanKey key) => (key.Host, key.Epoch, key.Number);

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static int Compare(
        (string Host, long Epoch, long Number) one, (string Host, long Epoch, long Number) other) =>
        string.CompareOrdinal(one.Host, other.Host) is var byHost and not 0 ? byHost
        : one.Epoch.CompareTo(other.Epoch) is var byEpoch and not 0 ? byEpoch
        : one.Number.CompareTo(other.Number);

    private sealed class Entry(LoanKey key, TimeSpan ttl)
    {
        private TimeSpan _lenderEndsAt;

        public LoanKey Key => key;

        public bool IsReleased { get; private set; }

        /// <summary>When the next call is due.</summary>
        public TimeSpan CallAt { get; private set; }

        /// <summary>When its holder must take it for gone; of one that was given back, when its lender has.</summary>
        public TimeSpan EndsAt { get; private set; }

        public void Renewed(TimeSpan sentAt, double chance)
        {
            CallAt = sentAt + (ttl / RenewalsPerTtl * (1 - (Jitter * chance)));
            EndsAt = sentAt + ttl - (ttl / MarginsPerTtl);
            Sent(sentAt);
        }

        // Whether it is heard or not: the lender's time may count from as late as the call's answer is awaited.
        public void Sent(TimeSpan at)
        {
            if (!IsReleased)
            {
                _lenderEndsAt = at + ttl + (ttl / MarginsPerTtl);
            }
        }

        public void Release(TimeSpan now)
        {
            IsReleased = true;
            CallAt = now;
            EndsAt = _lenderEndsAt;
        }

        public void Retry(TimeSpan now, double chance) => CallAt = now + (ttl / RetriesPerTtl * (0.5 + (0.5 * chance)));
    }
}
