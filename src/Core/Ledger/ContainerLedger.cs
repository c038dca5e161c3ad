namespace Headroom;

/// <summary>
/// The books of one container: decides between sessions and subsystems. Deterministic: same state and command, same
/// decision. Soft state above a durable allotment; see docs/PROTOCOL.md.
/// </summary>
/// <remarks>
/// Not thread-safe; every method is one complete transition that first ends what has lapsed by <c>now</c>. Requests
/// that waited and now have their answer are taken with <see cref="TakeSettled"/>.
/// </remarks>
public sealed partial class ContainerLedger
{
    /// <summary>How often a smaller request may overtake the first of its own urgency, when that is stuck.</summary>
    public const int MaxOvertakes = 16;

    /// <summary>Most sessions of one container: many times what a pod runs as processes.</summary>
    public const int MaxSessions = 10_000;

    /// <summary>Most leases granted one by one.</summary>
    public const int MaxLeases = 1_000_000;

    /// <summary>Most requests that wait.</summary>
    public const int MaxWaiting = 10_000;

    /// <summary>Most subsystems, declared or used.</summary>
    public const int MaxSubsystems = HostLedger.MaxSubsystems;

    /// <summary>
    /// How long an answer is remembered after its lease ended. Longer than any client goes on repeating one request:
    /// the SDK gives up a call after seconds.
    /// </summary>
    public static readonly TimeSpan RequestMemory = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a waiting request keeps its place after its caller was last heard: the longest delay between two
    /// attempts of a pipeline, twice.
    /// </summary>
    public static readonly TimeSpan WaiterMemory = TimeSpan.FromSeconds(15);

    // Longer than any pipeline's patience, and short enough that adding it to a time cannot overflow.
    private static readonly TimeSpan MaxPatience = TimeSpan.FromDays(1);

    // What processes use between two readings does not grow with their limit.
    private const long MaxUnseenBytes = 64L << 20;

    // The epoch is in the id of a lease and in the number of a watch list: 2^36 of them in each of 2^27 epochs. So no
    // lease has the id of an earlier one, and no reading that an earlier authority asked for is taken for one of ours.
    private const int EpochShift = 36;

    private readonly Dictionary<Guid, Session> _sessions = [];
    private readonly Dictionary<long, Lease> _leases = [];
    private readonly SortedDictionary<string, SubsystemBook> _books = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SubsystemBook> _byName = new(StringComparer.Ordinal);
    private readonly RequestLog _answers = new();
    private readonly WaitQueue _queue = new();
    private readonly Ghosts _ghosts = new();
    private readonly Untracked _untracked = new();
    private readonly List<Settled> _settled = [];
    private ContainerRules _rules;
    private PressureLevel _pressure;
    private ByUrgency _floor;
    private long _limit;
    private long? _hardLimit;
    private ByUrgency _leased;
    private long _held;
    private long _beyond;
    private long _lastLeaseId;
    private long _watch;
    private bool _draining;
    private bool _fenced;
    private ByUrgency _roomBefore;

    /// <summary>Creates the ledger of a new epoch from the container's durable row.</summary>
    /// <param name="row">The row as the host answered it on joining.</param>
    /// <param name="rules">What to decide by.</param>
    /// <param name="authorityLeft">
    /// How long it may grant, from <paramref name="now"/>, without being confirmed again.
    /// </param>
    /// <param name="now">Monotonic time, of when the joining was asked for.</param>
    /// <param name="joined">Monotonic time, of when the joining was answered; null for at once.</param>
    public ContainerLedger(
        ContainerRow row, ContainerRules rules, TimeSpan authorityLeft, TimeSpan now, TimeSpan? joined = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(rules);
        Epoch = row.Epoch;
        _rules = rules;
        _order = row.Order;
        _allotted = row.AllottedBytes;
        _overdraft = row.OverdraftBytes;
        _durableTtl = row.LongestTtl;
        _wantedTtl = row.LongestTtl > rules.SessionTtl ? row.LongestTtl : rules.SessionTtl;
        _authorityUntil = now + authorityLeft;
        _lastLeaseId = row.Epoch << EpochShift;
        _watch = row.Epoch << EpochShift;
        _mark = row.AllottedBytes + row.OverdraftBytes;
        Learning = _mark > 0;

        // The earlier authority may have been confirmed for a whole lease until the write took effect that replaced it,
        // however long that took and left of our own; what it granted last lives its whole life from then.
        TimeSpan longest = rules.AuthorityLease + _wantedTtl;
        _learnUntil = (joined ?? now) + longest + Grace(longest);
        SetLimits();
    }

    /// <summary>The epoch of this authority.</summary>
    public long Epoch { get; }

    /// <summary>Whether the whole mark still counts as in use, because not everybody can have reported yet.</summary>
    public bool Learning { get; private set; }

    /// <summary>Bytes that the host has given.</summary>
    public long AllottedBytes => _allotted;

    /// <summary>
    /// What ordinary urgencies may reach: the declared limit, or the observed hard limit less its margin.
    /// </summary>
    public long LimitBytes => _limit;

    /// <summary>The cgroup's hard limit as last seen; null for none.</summary>
    public long? HardLimitBytes => _hardLimit;

    /// <summary>Observed working set; null when it cannot be read.</summary>
    public long? UsageBytes { get; private set; }

    /// <summary>Bytes really in use that no lease stands for.</summary>
    public long UntrackedBytes => _untracked.Bytes;

    /// <summary>Bytes of lapsed holders, not yet seen gone.</summary>
    public long GhostBytes => _ghosts.Bytes;

    /// <summary>Bytes of the mark that nobody has reported yet; 0 when not learning.</summary>
    public long UnreportedBytes => Learning ? Math.Max(0, _mark - _reported) : 0;

    /// <summary>Bytes leased at each urgency.</summary>
    public ByUrgency LeasedBytes => _leased;

    /// <summary>Bytes drawn by sessions and not leased.</summary>
    public long CreditBytes => _held - _leased.Total;

    /// <summary>Live sessions.</summary>
    public int Sessions => _sessions.Count;

    /// <summary>Leases granted one by one.</summary>
    public int Leases => _leases.Count;

    /// <summary>What the subsystems hold, in the order of their names.</summary>
    public IReadOnlyCollection<SubsystemBook> Subsystems => _books.Values;

    /// <summary>Requests whose answer, or whose giving up, is remembered.</summary>
    internal int Remembered => _answers.Count;

    /// <summary>Requests that have no answer yet, those that only wait for the host's included.</summary>
    internal int Unanswered => _queue.Count;

    /// <summary>How many requests wait in the queue at an urgency.</summary>
    public int WaitingAt(Urgency urgency) => _queue.CountAt(urgency);

    /// <summary>
    /// What counts as used of the allotment: all that is held, with the ghosts. While learning, the whole mark, and
    /// what is held beyond what was reported.
    /// </summary>
    public long CommittedBytes =>
        Learning ? _mark + _beyond + _ghosts.BeyondBytes : _held + _ghosts.Bytes;

    /// <summary>The lowest urgency that may be served from credit now: nothing below the highest that waits.</summary>
    public int Gate =>
        Math.Max(Math.Max((int)_hostBelow, _queue.Highest), _pressure == PressureLevel.High ? 1 : 0);

    /// <summary>The policy of a subsystem, the default filled in.</summary>
    public SubsystemRow Policy(string subsystem) => _rules.Policies.TryGetValue(subsystem, out SubsystemRow? row)
        ? row
        : new SubsystemRow(subsystem, _rules.DefaultMaxUrgency, 0, LastResort.Wait);

    /// <summary>Requests that have their answer now, since the last call.</summary>
    public IReadOnlyList<Settled> TakeSettled()
    {
        if (_settled.Count == 0)
        {
            return [];
        }

        Settled[] settled = [.. _settled];
        _settled.Clear();
        return settled;
    }

    /// <summary>Takes a new set of rules.</summary>
    public void Change(ContainerRules rules, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Expire(now);
        _rules = rules;
        foreach (SubsystemBook book in _books.Values)
        {
            book.Policy = Policy(book.Name);
        }

        SetLimits();
        Finish(now);
    }

    /// <summary>Takes the host's pressure: it raises the floors.</summary>
    public void Press(PressureLevel pressure, TimeSpan now)
    {
        Expire(now);
        if (pressure != _pressure)
        {
            _pressure = pressure;
            SetLimits();
            Finish(now);
        }
    }

    /// <summary>Stops granting; what waits is refused. What is held stays, and may be given back.</summary>
    public void Drain(TimeSpan now)
    {
        Expire(now);
        _draining = true;
        RefuseAll("the silo is draining");
        Finish(now);
    }

    /// <summary>
    /// Ends what has lapsed by now: sessions and leases become ghosts, forgotten requests leave the queue.
    /// </summary>
    public void Tick(TimeSpan now)
    {
        Expire(now);
        Finish(now);
    }

    private void SetLimits()
    {
        long own = Math.Min(_hardLimit ?? long.MaxValue, _rules.OwnLimitBytes ?? long.MaxValue);
        long withheld = own < long.MaxValue ? own - (own / 100 * _rules.MarginPercent) : long.MaxValue;
        _limit = Math.Min(_rules.LimitBytes, withheld);
        _floor = _rules.Floors.Floors(_limit, _pressure);
        long hard = _hardLimit is null ? Math.Min(own, _rules.HostCapacityBytes) : RaisedLimit - UnseenBytes;
        _hard = Math.Max(_limit, Math.Min(hard, DeclaredHardLimit));
    }

    // Nobody measured a hard limit above a declared one: it is taken to be the limit with its margin.
    private long DeclaredHardLimit => _rules.LimitBytes / (100 - _rules.MarginPercent) * 100;

    // Of a hard limit that was read even must-succeed leaves half of the margin: the kernel kills at the last byte, and
    // a reading does not have what was used since.
    private long UnseenBytes => _hardLimit is { } read
        ? Math.Min(Math.Min(read, _rules.OwnLimitBytes ?? read) / 100 * _rules.MarginPercent / 2, MaxUnseenBytes)
        : 0;

    // What of the use as it is read is explained, touched or not.
    private long AccountedBytes => _leased.Total + _ghosts.Bytes + UnreportedBytes;

    private long AllotmentRoom => _allotted - CommittedBytes;

    private long LimitRoom(Urgency urgency) => _limit - _untracked.Bytes - CommittedBytes - _floor[urgency];

    private bool IsAuthority(TimeSpan now) => !_fenced && now < _authorityUntil;

    private bool MayGrant(TimeSpan now) => !_draining && IsAuthority(now);

    private SubsystemBook? Book(string subsystem)
    {
        if (_byName.TryGetValue(subsystem, out SubsystemBook? book))
        {
            return book;
        }

        if (!ResourceName.IsValid(subsystem) || !HasRoomForBooks([subsystem]))
        {
            return null;
        }

        book = new SubsystemBook(subsystem, Policy(subsystem));
        _books.Add(subsystem, book);
        _byName.Add(subsystem, book);
        return book;
    }

    // Names once used are kept for the view until their places are needed.
    private bool HasRoomForBooks(HashSet<string> names)
    {
        int fresh = names.Count(name => !_byName.ContainsKey(name));
        if (_books.Count + fresh <= MaxSubsystems)
        {
            return true;
        }

        SubsystemBook[] unused = [.. _books.Values.Where(book => book.Users == 0 && !names.Contains(book.Name))];
        foreach (SubsystemBook book in unused)
        {
            _books.Remove(book.Name);
            _byName.Remove(book.Name);
            _troubled -= book.State == SubsystemState.Normal ? 0 : 1;
        }

        return _books.Count + fresh <= MaxSubsystems;
    }

    private void Finish(TimeSpan now)
    {
        Pump(now);
        Climb(now);
        AskToCollect(now);
        _unasked |= CanRepay;

        // What was freed may make room within the limit for somebody who now lacks nothing but allotment.
        if (_queue.Highest >= 0 && RoomGrew())
        {
            var urgency = (Urgency)_queue.Highest;
            (long bytes, long first) = Servable(urgency, Math.Max(0, LimitRoom(urgency)));
            _unasked |= bytes > 0 && first > AllotmentRoom;
        }

        Conclude();
    }

    private bool RoomGrew()
    {
        bool grew = false;
        for (int level = 0; level < ByUrgency.Levels; level++)
        {
            grew |= LimitRoom((Urgency)level) > _roomBefore[level];
        }

        return grew;
    }

    // The end of each transition.
    private void Conclude()
    {
        for (int level = 0; level < ByUrgency.Levels; level++)
        {
            _roomBefore[level] = LimitRoom((Urgency)level);
        }

        _untracked.Leased(AccountedBytes);
        AssertInvariants();
    }
}
