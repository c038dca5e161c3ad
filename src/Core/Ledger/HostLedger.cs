namespace Headroom;

/// <summary>
/// The books of one host: decides between containers. Deterministic: same state and command, same decision.
/// Amounts are told as numbered absolute orders; see docs/PROTOCOL.md.
/// </summary>
/// <remarks>
/// Not thread-safe; every method is one complete transition. <see cref="Changed"/> says that the durable table
/// differs from what was last saved in a way that must be written before the answer is sent.
/// </remarks>
public sealed partial class HostLedger
{
    /// <summary>
    /// How often others may overtake a container whose want is larger than what is free, at its own urgency, before
    /// they wait behind it. Small, so that a large want is served after a bounded number of small ones.
    /// </summary>
    public const int MaxOvertakes = 16;

    /// <summary>Most containers of one host; a node of a large cluster runs some hundreds.</summary>
    public const int MaxContainers = 10_000;

    /// <summary>Most declared subsystems of one container.</summary>
    public const int MaxSubsystems = 1_000;

    /// <summary>Most bytes of one host; nothing real has more, and sums of such amounts cannot overflow.</summary>
    public const long MaxCapacityBytes = 1L << 48;

    /// <summary>The longest life of a lease that a container may ask for; far more than any setting allows.</summary>
    public static readonly TimeSpan MaxLongestTtl = TimeSpan.FromDays(366);

    /// <summary>
    /// How long a want stands without being repeated. A container with waiters repeats it every second; one that went
    /// away must not hold others back.
    /// </summary>
    public static readonly TimeSpan WantLife = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<string, HostAccount> _accounts = new(StringComparer.Ordinal);
    private readonly WantQueue _wants = new(WantLife);
    private readonly FloorPolicy _floors;
    private readonly HostDefaults _defaults;
    private readonly Untracked _untracked = new();
    private readonly List<HostAccount> _raised = [];
    private long? _capacitySetting;
    private long? _reserveSetting;
    private long? _pledgedSetting;
    private long _inherited;
    private long _inheritedAll;
    private long _machine;
    private long _lastEpoch;
    private long _allotted;
    private long _overdraft;
    private long _leased;
    private long _guaranteed;
    private long _unusedGuarantee;
    private ByUrgency _floor;

    /// <summary>Creates the ledger from its durable table.</summary>
    /// <param name="table">The table as it was last written.</param>
    /// <param name="floors">The host's floors.</param>
    /// <param name="defaults">What applies where the table says nothing.</param>
    public HostLedger(HostTable table, FloorPolicy floors, HostDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(floors);
        ArgumentNullException.ThrowIfNull(defaults);
        _floors = floors;
        _defaults = defaults;
        _capacitySetting = table.CapacityBytes;
        _reserveSetting = table.ReserveBytes;
        _pledgedSetting = table.PledgedBytes;
        _lastEpoch = table.LastEpoch;
        foreach (ContainerRow row in table.Containers)
        {
            var account = new HostAccount(row);
            _accounts.Add(row.Name, account);
            _allotted += account.Allotted;
            _overdraft += account.Overdraft;
            _leased += account.Leased;
            _guaranteed += account.Guarantee;
            _unusedGuarantee += account.UnusedGuarantee;
        }

        _lendEpoch = table.LendEpoch;
        _lendNumber = table.LendNumber;
        _lent = _lentUsed = _inheritedLent = table.LentBytes;
        _inherited = _allotted;
        _inheritedAll = _allotted + _overdraft + _lent;
        SetFloors();
        AssertInvariants();
    }

    /// <summary>
    /// Whether something was promised since <see cref="Save"/> that must be durable before it is told.
    /// </summary>
    public bool Changed { get; private set; }

    /// <summary>Bytes that Headroom may hand out.</summary>
    public long CapacityBytes => Math.Min(_capacitySetting ?? _defaults.CapacityBytes, MaxCapacityBytes);

    /// <summary>Bytes of the capacity that only MustSucceed may use.</summary>
    public long ReserveBytes => Math.Min(_reserveSetting ?? _defaults.ReserveBytes, CapacityBytes);

    /// <summary>The part of the reserve that other hosts may borrow.</summary>
    public long PledgedBytes => Math.Min(_pledgedSetting ?? _defaults.PledgedBytes, ReserveBytes);

    /// <summary>Bytes given to containers.</summary>
    public long AllottedBytes => _allotted;

    /// <summary>Bytes given to containers beyond their allotments, for must-succeed alone.</summary>
    public long OverdraftBytes => _overdraft;

    /// <summary>Bytes really in use that no lease stands for.</summary>
    public long UntrackedBytes => _untracked.Bytes;

    /// <summary>The machine's use at the last reading; 0 before the first.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>How hard memory is pressed.</summary>
    public PressureLevel Pressure { get; private set; }

    /// <summary>Names of all containers, in order.</summary>
    public IReadOnlyCollection<string> Containers => _accounts.Keys;

    // What the machine has beyond the capacity is there for everything outside of Headroom; only what that does not
    // hold comes off the capacity. So a host that was given a part of its machine does not count the other part's
    // use.
    private long UntrackedWithin => Math.Max(0, _untracked.Bytes - Math.Max(0, _machine - CapacityBytes));

    /// <summary>
    /// Bytes neither given out, reserved nor in untracked use. Less than nothing when use outside of Headroom has grown
    /// over what was left. Overdraft comes off it although the reserve pays for it: so what is released refills the
    /// reserve first.
    /// </summary>
    public long FreeBytes =>
        CapacityBytes - Math.Max(ReserveBytes, _lent) - _allotted - _overdraft - UntrackedWithin;

    /// <summary>What must-succeed could still get: the free bytes and the reserve, less what is lent of it.</summary>
    public long MustSucceedFreeBytes => CapacityBytes - _allotted - _overdraft - _lent - UntrackedWithin;

    /// <summary>What a container that has nothing yet and no guarantee could get at an urgency.</summary>
    public long AvailableBytes(Urgency urgency) => Math.Max(0, FreeBytes - _unusedGuarantee - _floor[urgency]);

    /// <summary>The durable table as it has to be written now; after this <see cref="Changed"/> is false.</summary>
    public HostTable Save()
    {
        Changed = false;
        return new HostTable
        {
            CapacityBytes = _capacitySetting,
            ReserveBytes = _reserveSetting,
            PledgedBytes = _pledgedSetting,
            LastEpoch = _lastEpoch,
            LendEpoch = _lendEpoch,
            LendNumber = _lendNumber,
            LentBytes = _lent,
            Containers = [.. _accounts.Values.Select(account => account.Row())],
        };
    }

    /// <summary>
    /// Containers whose allotment was raised without their asking just now, since the last call: push their orders.
    /// </summary>
    public IReadOnlyList<string> TakeRaised()
    {
        if (_raised.Count == 0)
        {
            return [];
        }

        var raised = new string[_raised.Count];
        for (int i = 0; i < raised.Length; i++)
        {
            raised[i] = _raised[i].Name;
            _raised[i].IsRaised = false;
        }

        _raised.Clear();
        return raised;
    }

    /// <summary>
    /// Makes the caller the only authority over a container by a new epoch; creates a container that nobody declared.
    /// When there are <see cref="MaxContainers"/> already, one that holds nothing and was never declared makes room;
    /// its authority is fenced, and joins again when it is needed.
    /// </summary>
    /// <returns>
    /// The row to start from, or null when there are <see cref="MaxContainers"/> that cannot make room.
    /// </returns>
    public ContainerRow? Join(string container)
    {
        if (!_accounts.TryGetValue(container, out HostAccount? account))
        {
            if (!MakeRoom())
            {
                return null;
            }

            account = new HostAccount(new ContainerRow
            {
                Name = container,
                Epoch = 0,
                Order = 0,
                AllottedBytes = 0,
                LongestTtl = TimeSpan.Zero,
            });
            _accounts.Add(container, account);
        }

        _wants.Leave(account);
        account.Want = default;
        account.Reclaimable = default;
        Acquit(account);
        account.Epoch = ++_lastEpoch;
        Changed = true;
        AssertInvariants();
        return account.Row();
    }

    /// <summary>Takes back what a container gives and raises its allotment as far as its urgencies reach.</summary>
    /// <returns>
    /// Granted with the current order, raised or not; Fenced for another epoch than the container's; Invalid for
    /// amounts that are negative or beyond <see cref="MaxCapacityBytes"/>. Anything but Granted has changed nothing.
    /// </returns>
    public AllotDecision Allot(AllotCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (!_accounts.TryGetValue(command.Container, out HostAccount? account) || account.Epoch != command.Epoch)
        {
            return new AllotDecision(Outcome.Fenced, 0, 0, TimeSpan.Zero, default, false);
        }

        if (!IsValid(command))
        {
            return new AllotDecision(
                Outcome.Invalid, account.Order, account.Allotted, account.LongestTtl, default, false);
        }

        if (command.Seen == account.Order)
        {
            SetAllotted(account, Math.Min(account.Allotted, command.KeepBytes));
            SetOverdraft(account, Math.Min(account.Overdraft, command.KeepOverdraftBytes));
            SetLeased(account, command.LeasedBytes);
            long wanted = command.WantBytes[Urgency.MustSucceed];
            account.Want = command.WantBytes;
            account.Least = command.LeastBytes;
            account.Reclaim = command.ReclaimBytes;
            account.Reclaimable = command.ReclaimableBytes;
            account.HeardAt = now;
            bool raised = command.LongestTtl > account.LongestTtl;
            account.LongestTtl = raised ? command.LongestTtl : account.LongestTtl;
            _wants.Enlist(account);
            raised |= Serve(now, asking: account);
            raised |= GiveOwn(account);
            raised |= GiveAhead(account, command.AheadBytes, now);
            raised |= GiveOverdraft(account, command, wanted - account.Want[Urgency.MustSucceed]);
            if (raised)
            {
                account.Order++;
                Changed = true;
            }
        }

        AskBack(now);
        AssertInvariants();
        return Current(account);
    }

    /// <summary>The current order of a container, for sending it again; null when the host does not know it.</summary>
    public AllotDecision? Current(string container) =>
        _accounts.TryGetValue(container, out HostAccount? account) ? Current(account) : null;

    /// <summary>A container's row; null when the host does not know it.</summary>
    public ContainerRow? Row(string container) =>
        _accounts.TryGetValue(container, out HostAccount? account) ? account.Row() : null;

    /// <summary>A container's limit, the default filled in.</summary>
    public long LimitBytes(string container) =>
        _accounts.TryGetValue(container, out HostAccount? account) ? Limit(account) : DefaultLimit;

    /// <summary>Takes a reading of the machine.</summary>
    /// <param name="machineBytes">All that the machine has.</param>
    /// <param name="usedBytes">Bytes of it in use.</param>
    /// <param name="pressure">How hard memory is pressed.</param>
    /// <param name="now">Monotonic time.</param>
    public void Observe(long machineBytes, long usedBytes, PressureLevel pressure, TimeSpan now)
    {
        _machine = machineBytes;
        UsedBytes = usedBytes;
        _untracked.Read(usedBytes, _leased + _lentUsed);
        if (pressure != Pressure)
        {
            Pressure = pressure;
            SetFloors();
        }

        Serve(now, asking: null);
        AssertInvariants();
    }

    private long DefaultLimit => Math.Min(_defaults.ContainerLimitBytes ?? CapacityBytes, CapacityBytes);

    private long Limit(HostAccount account) => Math.Min(account.LimitSetting ?? DefaultLimit, CapacityBytes);

    private AllotDecision Current(HostAccount account) => new(
        Outcome.Granted,
        account.Order,
        account.Allotted,
        account.LongestTtl,
        new ByUrgency(
            Available(account, Urgency.Optional),
            Available(account, Urgency.SafeToFail),
            Available(account, Urgency.RiskyToFail),
            Available(account, Urgency.MustSucceed)),
        _wants.HasOtherThan(account))
    {
        OverdraftBytes = account.Overdraft,
        OverdraftAvailableBytes = OverdraftAvailable(account),
        ReclaimBelow = account.ReclaimBelow,
        ReclaimKeepBytes = account.ReclaimKeep,
        ReclaimingBytes = _asked.Sum(other => other == account ? 0 : other.Pending),
    };

    // What a container asks within its own guarantee is its own: only the lack of real memory can refuse it.
    private long Available(HostAccount account, Urgency urgency)
    {
        long free = Math.Max(0, FreeBytes);
        long shared = free - (_unusedGuarantee - account.UnusedGuarantee) - _floor[urgency];
        long own = Math.Min(account.UnusedGuarantee, free);
        return Math.Max(0, Math.Min(Math.Max(shared, own), Limit(account) - account.Allotted));
    }

    private static bool IsValid(AllotCommand command) =>
        IsAmount(command.KeepBytes)
        && IsAmount(command.AheadBytes)
        && IsAmount(command.LeasedBytes)
        && IsAmount(command.KeepOverdraftBytes)
        && IsAmount(command.OverdraftBytes)
        && IsAmount(command.LeastOverdraftBytes)
        && AreAmounts(command.WantBytes)
        && AreAmounts(command.LeastBytes)
        && AreAmounts(command.ReclaimBytes)
        && AreAmounts(command.ReclaimableBytes)
        && command.LongestTtl >= TimeSpan.Zero
        && command.LongestTtl <= MaxLongestTtl;

    private static bool AreAmounts(ByUrgency bytes) =>
        IsAmount(bytes[0]) && IsAmount(bytes[1]) && IsAmount(bytes[2]) && IsAmount(bytes[3]);

    private static bool IsAmount(long bytes) => bytes is >= 0 and <= MaxCapacityBytes;

    private void SetAllotted(HostAccount account, long bytes)
    {
        _unusedGuarantee -= account.UnusedGuarantee;
        _allotted += bytes - account.Allotted;
        account.Allotted = bytes;
        _unusedGuarantee += account.UnusedGuarantee;
    }

    private void SetOverdraft(HostAccount account, long bytes)
    {
        _overdraft += bytes - account.Overdraft;
        account.Overdraft = bytes;
    }

    private void SetLeased(HostAccount account, long bytes)
    {
        _leased += bytes - account.Leased;
        _untracked.Leased(_leased + _lentUsed);
        account.Leased = bytes;
    }

    private void SetFloors() => _floor = _floors.Floors(CapacityBytes - ReserveBytes, Pressure);
}
