namespace Headroom;

/// <summary>
/// The books of one host: decides between containers. Deterministic: same state and command, same decision.
/// Amounts are told as numbered absolute orders; see docs/PROTOCOL.md.
/// </summary>
/// <remarks>
/// Not thread-safe; every method is one complete transition. <see cref="Changed"/> says that the durable table differs from
/// what was last saved in a way that must be written before the answer is sent.
/// </remarks>
public sealed class HostLedger
{
    /// <summary>
    /// How often others may overtake a container whose want is larger than what is free, at its own urgency, before they
    /// wait behind it. Small, so that a large want is served after a bounded number of small ones.
    /// </summary>
    public const int MaxOvertakes = 16;

    /// <summary>Most containers of one host; a node of a large cluster runs some hundreds.</summary>
    public const int MaxContainers = 10_000;

    /// <summary>Most declared subsystems of one container.</summary>
    public const int MaxSubsystems = 1_000;

    /// <summary>
    /// How long a want stands without being repeated. A container with waiters repeats it every second; one that went away
    /// must not hold others back.
    /// </summary>
    public static readonly TimeSpan WantLife = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly LinkedList<Account>[] _waiting = [new(), new(), new(), new()];
    private readonly FloorPolicy _floors;
    private readonly HostDefaults _defaults;
    private readonly Untracked _untracked = new();
    private readonly List<string> _raised = [];
    private long? _capacitySetting;
    private long? _reserveSetting;
    private long? _pledgedSetting;
    private long _inherited;
    private long _machine;
    private long _lastEpoch;
    private long _allotted;
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
            var account = new Account(row);
            _accounts.Add(row.Name, account);
            _allotted += account.Allotted;
            _leased += account.Leased;
            _guaranteed += account.Guarantee;
            _unusedGuarantee += account.UnusedGuarantee;
        }

        _inherited = _allotted;
        SetFloors();
        AssertInvariants();
    }

    /// <summary>Whether something was promised since <see cref="Save"/> that must be durable before it is told.</summary>
    public bool Changed { get; private set; }

    /// <summary>Bytes that Headroom may hand out.</summary>
    public long CapacityBytes => _capacitySetting ?? _defaults.CapacityBytes;

    /// <summary>Bytes of the capacity that only MustSucceed may use.</summary>
    public long ReserveBytes => Math.Min(_reserveSetting ?? _defaults.ReserveBytes, CapacityBytes);

    /// <summary>The part of the reserve that other hosts may borrow.</summary>
    public long PledgedBytes => Math.Min(_pledgedSetting ?? _defaults.PledgedBytes, ReserveBytes);

    /// <summary>Bytes given to containers.</summary>
    public long AllottedBytes => _allotted;

    /// <summary>Bytes really in use that no lease stands for.</summary>
    public long UntrackedBytes => _untracked.Bytes;

    /// <summary>The machine's use at the last reading; 0 before the first.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>How hard memory is pressed.</summary>
    public PressureLevel Pressure { get; private set; }

    /// <summary>Names of all containers, in order.</summary>
    public IReadOnlyCollection<string> Containers => _accounts.Keys;

    // What the machine has beyond the capacity is there for everything outside of Headroom; only what that does not hold
    // comes off the capacity. So a host that was given a part of its machine does not count the other part's use.
    private long UntrackedWithin => Math.Max(0, _untracked.Bytes - Math.Max(0, _machine - CapacityBytes));

    /// <summary>
    /// Bytes neither given out, reserved nor in untracked use. Less than nothing when use outside of Headroom has grown
    /// over what was left.
    /// </summary>
    public long FreeBytes => CapacityBytes - ReserveBytes - _allotted - UntrackedWithin;

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
            Containers = [.. _accounts.Values.Select(account => account.Row())],
        };
    }

    /// <summary>Containers whose allotment was raised without their asking just now, since the last call: push their orders.</summary>
    public IReadOnlyList<string> TakeRaised()
    {
        if (_raised.Count == 0)
        {
            return [];
        }

        string[] raised = [.. _raised];
        _raised.Clear();
        return raised;
    }

    /// <summary>
    /// Makes the caller the only authority over a container by a new epoch; creates a container that nobody declared.
    /// </summary>
    /// <returns>The row to start from, or null when there are <see cref="MaxContainers"/> already.</returns>
    public ContainerRow? Join(string container)
    {
        if (!_accounts.TryGetValue(container, out Account? account))
        {
            if (_accounts.Count == MaxContainers)
            {
                return null;
            }

            account = new Account(new ContainerRow
            {
                Name = container, Epoch = 0, Order = 0, AllottedBytes = 0, LongestTtl = TimeSpan.Zero,
            });
            _accounts.Add(container, account);
        }

        StopWaiting(account);
        account.Epoch = ++_lastEpoch;
        Changed = true;
        AssertInvariants();
        return account.Row();
    }

    /// <summary>Takes back what a container gives and raises its allotment as far as its urgencies reach.</summary>
    public AllotDecision Allot(AllotCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (!_accounts.TryGetValue(command.Container, out Account? account) || account.Epoch != command.Epoch)
        {
            return new AllotDecision(Outcome.Fenced, 0, 0, TimeSpan.Zero, default, false);
        }

        if (command.KeepBytes < 0 || !command.WantBytes.IsValid || !command.LeastBytes.IsValid || command.AheadBytes < 0)
        {
            return new AllotDecision(
                Outcome.Invalid, account.Order, account.Allotted, account.LongestTtl, default, false);
        }

        SetLeased(account, Math.Max(0, command.LeasedBytes));
        if (command.Seen == account.Order)
        {
            if (command.KeepBytes < account.Allotted)
            {
                SetAllotted(account, command.KeepBytes);
            }

            account.Want = command.WantBytes;
            account.Least = command.LeastBytes;
            account.HeardAt = now;
            bool longer = command.LongestTtl > account.LongestTtl;
            if (longer)
            {
                account.LongestTtl = command.LongestTtl;
            }

            if (Raise(account, command.AheadBytes, now) || longer)
            {
                account.Order++;
                Changed = true;
            }

            Serve(now, except: account);
        }

        AssertInvariants();
        return Current(account);
    }

    /// <summary>The current order of a container, for sending it again; null when the host does not know it.</summary>
    public AllotDecision? Current(string container) =>
        _accounts.TryGetValue(container, out Account? account) ? Current(account) : null;

    /// <summary>A container's row; null when the host does not know it.</summary>
    public ContainerRow? Row(string container) =>
        _accounts.TryGetValue(container, out Account? account) ? account.Row() : null;

    /// <summary>A container's limit, the default filled in.</summary>
    public long LimitBytes(string container) =>
        _accounts.TryGetValue(container, out Account? account) ? Limit(account) : DefaultLimit;

    /// <summary>Takes a reading of the machine.</summary>
    /// <param name="machineBytes">All that the machine has.</param>
    /// <param name="usedBytes">Bytes of it in use.</param>
    /// <param name="pressure">How hard memory is pressed.</param>
    /// <param name="now">Monotonic time.</param>
    public void Observe(long machineBytes, long usedBytes, PressureLevel pressure, TimeSpan now)
    {
        _machine = machineBytes;
        UsedBytes = usedBytes;
        _untracked.Read(usedBytes, _leased);
        if (pressure != Pressure)
        {
            Pressure = pressure;
            SetFloors();
        }

        Serve(now, except: null);
        AssertInvariants();
    }

    /// <summary>Changes the host's settings; nulls stay as they are. On an error nothing has changed.</summary>
    public SettingsError? Configure(long? capacityBytes, long? reserveBytes, long? pledgedBytes, TimeSpan now)
    {
        long capacity = capacityBytes ?? CapacityBytes;
        long reserve = reserveBytes ?? ReserveBytes;
        long pledged = pledgedBytes ?? PledgedBytes;
        long least = Math.Max(1, Math.Max(_allotted, _guaranteed) + (reserveBytes is null ? ReserveBytes : 0));
        if (capacityBytes is not null && capacity < least)
        {
            return new SettingsError(
                "capacityBytes", $"must be at least {least}: what is allotted, guaranteed and reserved now");
        }

        long most = capacity - Math.Max(_allotted, _guaranteed);
        if (reserve < 0 || reserve > most)
        {
            return new SettingsError(
                "reserveBytes", $"must be 0 to {most}: the capacity less what is allotted or guaranteed now");
        }

        if (pledged < 0 || pledged > reserve)
        {
            return new SettingsError("pledgedBytes", $"must be 0 to {reserve}: the reserve");
        }

        _capacitySetting = capacityBytes ?? _capacitySetting;
        _reserveSetting = reserveBytes ?? _reserveSetting;
        _pledgedSetting = pledgedBytes ?? _pledgedSetting;
        SetFloors();
        Changed = true;
        Serve(now, except: null);
        AssertInvariants();
        return null;
    }

    /// <summary>Declares a container or changes its settings; nulls stay as they are. On an error nothing has changed.</summary>
    public SettingsError? ConfigureContainer(
        string container, long? limitBytes, long? guaranteeBytes, long? quotaBytes, string? cgroup, TimeSpan now)
    {
        if (!ResourceName.IsValid(container))
        {
            return new SettingsError("container", ResourceName.Rule);
        }

        _accounts.TryGetValue(container, out Account? account);
        if (account is null && _accounts.Count == MaxContainers)
        {
            return new SettingsError("container", $"there are {MaxContainers} containers already, the most of one host");
        }

        if (limitBytes is < 1 || limitBytes > CapacityBytes)
        {
            return new SettingsError("limitBytes", $"must be 1 to {CapacityBytes}: the host's capacity");
        }

        long limit = limitBytes ?? account?.LimitSetting ?? DefaultLimit;
        long guarantee = guaranteeBytes ?? account?.Guarantee ?? 0;
        long unguaranteed = CapacityBytes - ReserveBytes - _guaranteed + (account?.Guarantee ?? 0);
        long most = Math.Min(limit, unguaranteed);
        if (guarantee < 0 || guarantee > most)
        {
            return new SettingsError(
                "guaranteeBytes", $"must be 0 to {most}: within the limit and what the host has not guaranteed to others");
        }

        if (quotaBytes is < 0)
        {
            return new SettingsError("mustSucceedQuotaBytes", "must be 0 or more");
        }

        if (account is null)
        {
            Join(container);
            account = _accounts[container];
        }

        _unusedGuarantee -= account.UnusedGuarantee;
        _guaranteed += guarantee - account.Guarantee;
        account.LimitSetting = limitBytes ?? account.LimitSetting;
        account.Guarantee = guarantee;
        account.Quota = quotaBytes ?? account.Quota;
        account.Cgroup = cgroup ?? account.Cgroup;
        _unusedGuarantee += account.UnusedGuarantee;
        Changed = true;
        Serve(now, except: null);
        AssertInvariants();
        return null;
    }

    /// <summary>Declares a subsystem's policy. On an error nothing has changed.</summary>
    public SettingsError? ConfigureSubsystem(string container, SubsystemRow policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!ResourceName.IsValid(container))
        {
            return new SettingsError("container", ResourceName.Rule);
        }

        if (!ResourceName.IsValid(policy.Name))
        {
            return new SettingsError("subsystem", ResourceName.Rule);
        }

        if (policy.MaxUrgency > Urgency.MustSucceed)
        {
            return new SettingsError("maxUrgency", "must be 0 to 3 or its name");
        }

        if (policy.LastResort > LastResort.FailStop)
        {
            return new SettingsError("lastResort", "must be Wait, Fallback, ReadOnly or FailStop");
        }

        long limit = LimitBytes(container);
        if (policy.EmergencyCreditBytes < 0 || policy.EmergencyCreditBytes > limit)
        {
            return new SettingsError("emergencyCreditBytes", $"must be 0 to {limit}: the container's limit");
        }

        _accounts.TryGetValue(container, out Account? account);
        if (account is not null && !account.Policies.ContainsKey(policy.Name) && account.Policies.Count == MaxSubsystems)
        {
            return new SettingsError("subsystem", $"there are {MaxSubsystems} declared subsystems already");
        }

        if (account is null && Join(container) is null)
        {
            return new SettingsError("container", $"there are {MaxContainers} containers already, the most of one host");
        }

        _accounts[container].Policies[policy.Name] = policy;
        Changed = true;
        return null;
    }

    /// <summary>Checks the invariants of this host; empty when all hold.</summary>
    public IReadOnlyList<InvariantViolation> Audit()
    {
        var violations = new List<InvariantViolation>();
        long sum = _accounts.Values.Sum(account => account.Allotted);
        if (sum != _allotted)
        {
            violations.Add(new("I1", $"allotments sum to {sum} bytes, but {_allotted} are booked"));
        }

        if (_allotted > CapacityBytes - ReserveBytes)
        {
            violations.Add(new("I1", $"{_allotted} bytes allotted exceed capacity {CapacityBytes} less reserve {ReserveBytes}"));
        }

        foreach (Account account in _accounts.Values)
        {
            if (account.Allotted < 0)
            {
                violations.Add(new("I1", $"container {account.Name} has {account.Allotted} bytes allotted"));
            }
        }

        long unused = _accounts.Values.Sum(account => account.UnusedGuarantee);
        if (unused != _unusedGuarantee)
        {
            violations.Add(new("I1", $"unused guarantees sum to {unused} bytes, but {_unusedGuarantee} are booked"));
        }

        return violations;
    }

    private long DefaultLimit => Math.Min(_defaults.ContainerLimitBytes ?? CapacityBytes, CapacityBytes);

    private long Limit(Account account) => Math.Min(account.LimitSetting ?? DefaultLimit, CapacityBytes);

    private AllotDecision Current(Account account) => new(
        Outcome.Granted,
        account.Order,
        account.Allotted,
        account.LongestTtl,
        new ByUrgency(
            Available(account, Urgency.Optional),
            Available(account, Urgency.SafeToFail),
            Available(account, Urgency.RiskyToFail),
            Available(account, Urgency.MustSucceed)),
        OthersWait(account));

    private bool OthersWait(Account account)
    {
        foreach (LinkedList<Account> level in _waiting)
        {
            if (level.Count > 1 || (level.First is { } first && first.Value != account))
            {
                return true;
            }
        }

        return false;
    }

    // What a container asks within its own guarantee is its own: only the lack of real memory can refuse it.
    private long Available(Account account, Urgency urgency)
    {
        long free = Math.Max(0, FreeBytes);
        long shared = free - (_unusedGuarantee - account.UnusedGuarantee) - _floor[urgency];
        long own = Math.Min(account.UnusedGuarantee, free);
        return Math.Max(0, Math.Min(Math.Max(shared, own), Limit(account) - account.Allotted));
    }

    private bool Raise(Account account, long ahead, TimeSpan now)
    {
        bool raised = false;
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            raised |= RaiseAt(account, (Urgency)level, now);
        }

        if (ahead > 0 && account.Want.Total == 0 && !HigherWaits(Urgency.Optional, now) && First(0, now) is null)
        {
            // Ahead of need only half of what is left: the last bytes go to whoever asks for them.
            long give = Math.Min(ahead, Available(account, Urgency.Optional) / 2);
            if (give > 0)
            {
                SetAllotted(account, account.Allotted + give);
                raised = true;
            }
        }

        return raised;
    }

    private bool RaiseAt(Account account, Urgency urgency, TimeSpan now)
    {
        int level = (int)urgency;
        if (account.Want[urgency] == 0)
        {
            Unlist(account, level);
            return false;
        }

        Account? first = First(level, now);
        bool overtakes = first is not null && first != account;
        bool behind = HigherWaits(urgency, now) || (overtakes && first!.Overtaken[level] >= MaxOvertakes);
        long available = behind
            ? Math.Min(account.UnusedGuarantee, Math.Max(0, FreeBytes))
            : Available(account, urgency);
        if (!Give(account, urgency, available))
        {
            Enlist(account, level);
            return false;
        }

        if (overtakes)
        {
            first!.Overtaken[level]++;
        }

        return true;
    }

    // All that the first waiter lacks, or nothing: a part of it would be held while waiting for the rest.
    private bool Give(Account account, Urgency urgency, long available)
    {
        long give = Math.Min(account.Want[urgency], available);
        if (give <= 0 || give < account.Least[urgency])
        {
            return false;
        }

        SetAllotted(account, account.Allotted + give);
        account.Want[urgency] -= give;
        account.Least[urgency] = Math.Max(0, account.Least[urgency] - give);
        if (account.Want[urgency] > 0)
        {
            Enlist(account, (int)urgency);
        }
        else
        {
            Unlist(account, (int)urgency);
        }

        return true;
    }

    private bool HigherWaits(Urgency urgency, TimeSpan now)
    {
        for (int level = (int)urgency + 1; level < ByUrgency.Levels; level++)
        {
            if (First(level, now) is not null)
            {
                return true;
            }
        }

        return false;
    }

    // The first that still repeats its want; those that went silent leave the queue.
    private Account? First(int level, TimeSpan now)
    {
        while (_waiting[level].First is { } node)
        {
            if (now - node.Value.HeardAt <= WantLife)
            {
                return node.Value;
            }

            StopWaiting(node.Value);
        }

        return null;
    }

    // Freed bytes go to those that wait: highest urgency first, then in order of arrival.
    private void Serve(TimeSpan now, Account? except)
    {
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            Account? first = First(level, now);
            LinkedListNode<Account>? node = _waiting[level].First;
            for (int looked = 0; node is not null && looked < MaxOvertakes; looked++)
            {
                LinkedListNode<Account>? next = node.Next;
                ServeOne(node.Value, first!, level, except, now);
                node = next;
            }

            if (_waiting[level].Count > 0)
            {
                return;
            }
        }
    }

    private void ServeOne(Account account, Account first, int level, Account? except, TimeSpan now)
    {
        bool overtakes = account != first && first.Slots[level] is not null;
        if (account == except
            || now - account.HeardAt > WantLife
            || (overtakes && first.Overtaken[level] >= MaxOvertakes)
            || !Give(account, (Urgency)level, Available(account, (Urgency)level)))
        {
            return;
        }

        if (overtakes)
        {
            first.Overtaken[level]++;
        }

        account.Order++;
        Changed = true;
        _raised.Add(account.Name);
    }

    private void Enlist(Account account, int level) =>
        account.Slots[level] ??= _waiting[level].AddLast(account);

    private void Unlist(Account account, int level)
    {
        if (account.Slots[level] is { } node)
        {
            _waiting[level].Remove(node);
            account.Slots[level] = null;
            account.Overtaken[level] = 0;
        }
    }

    private void StopWaiting(Account account)
    {
        for (int level = 0; level < ByUrgency.Levels; level++)
        {
            Unlist(account, level);
        }
    }

    private void SetAllotted(Account account, long bytes)
    {
        _unusedGuarantee -= account.UnusedGuarantee;
        _allotted += bytes - account.Allotted;
        account.Allotted = bytes;
        _unusedGuarantee += account.UnusedGuarantee;
    }

    private void SetLeased(Account account, long bytes)
    {
        _leased += bytes - account.Leased;
        account.Leased = bytes;
    }

    private void SetFloors() => _floor = _floors.Floors(CapacityBytes - ReserveBytes, Pressure);

    // A start with less capacity than was promised before grants nothing until that has come back; it is no bug.
    private void AssertInvariants()
    {
        _inherited = Math.Min(_inherited, _allotted);
        if (_allotted < 0 || _allotted > Math.Max(CapacityBytes - ReserveBytes, _inherited) || _unusedGuarantee < 0)
        {
            throw new LedgerException(
                $"I1: {_allotted} bytes allotted of capacity {CapacityBytes} less reserve {ReserveBytes}, "
                + $"{_unusedGuarantee} bytes of guarantees unused");
        }
    }

    private sealed class Account
    {
        public Account(ContainerRow row)
        {
            Name = row.Name;
            Epoch = row.Epoch;
            Order = row.Order;
            Allotted = row.AllottedBytes;
            LongestTtl = row.LongestTtl;
            LimitSetting = row.LimitBytes;
            Guarantee = row.GuaranteeBytes;
            Quota = row.MustSucceedQuotaBytes;
            Cgroup = row.Cgroup;
            // Until the container says what of its mark is leased, all of it may be: its use explains itself.
            Leased = row.AllottedBytes;
            foreach (SubsystemRow policy in row.Subsystems)
            {
                Policies.Add(policy.Name, policy);
            }
        }

        public string Name { get; }

        public long Epoch { get; set; }

        public long Order { get; set; }

        public long Allotted { get; set; }

        public TimeSpan LongestTtl { get; set; }

        public long? LimitSetting { get; set; }

        public long Guarantee { get; set; }

        public long? Quota { get; set; }

        public string Cgroup { get; set; }

        public long Leased { get; set; }

        public TimeSpan HeardAt { get; set; }

        public SortedDictionary<string, SubsystemRow> Policies { get; } = new(StringComparer.Ordinal);

        public LinkedListNode<Account>?[] Slots { get; } = new LinkedListNode<Account>?[ByUrgency.Levels];

        public int[] Overtaken { get; } = new int[ByUrgency.Levels];

        public long UnusedGuarantee => Math.Max(0, Guarantee - Allotted);

        public ByUrgency Want;
        public ByUrgency Least;

        public ContainerRow Row() => new()
        {
            Name = Name,
            Epoch = Epoch,
            Order = Order,
            AllottedBytes = Allotted,
            LongestTtl = LongestTtl,
            LimitBytes = LimitSetting,
            GuaranteeBytes = Guarantee,
            MustSucceedQuotaBytes = Quota,
            Cgroup = Cgroup,
            Subsystems = [.. Policies.Values],
        };
    }
}
