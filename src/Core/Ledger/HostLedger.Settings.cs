namespace Headroom;

/// <content>What operators declare: checked here, whole, before anything changes.</content>
public sealed partial class HostLedger
{
    /// <summary>Changes the host's settings; nulls stay as they are. On an error nothing has changed.</summary>
    public SettingsError? Configure(long? capacityBytes, long? reserveBytes, long? pledgedBytes, TimeSpan now)
    {
        long capacity = capacityBytes ?? CapacityBytes;
        long reserve = reserveBytes ?? ReserveBytes;
        long pledged = pledgedBytes ?? PledgedBytes;
        long promised = Math.Max(_allotted, _guaranteed);
        long kept = promised + (reserveBytes is null ? ReserveBytes : 0);
        long least = Math.Max(1, Math.Max(_overdraft + _allotted + _lent, kept));
        if (capacityBytes is not null && capacity < least)
        {
            return new SettingsError(
                "capacityBytes", $"must be at least {least}: what is allotted, guaranteed and reserved now");
        }

        if (capacity > MaxCapacityBytes)
        {
            return new SettingsError("capacityBytes", $"must be {MaxCapacityBytes} at most");
        }

        long most = capacity - promised;
        bool shrinksReserve = reserve < ReserveBytes;
        if (reserve < 0 || reserve > most || (shrinksReserve && reserve < _lent))
        {
            return new SettingsError(
                "reserveBytes",
                $"must be {_lent} to {most}: what is lent now, to the capacity less what is allotted or guaranteed");
        }

        if (pledged < 0 || pledged > reserve)
        {
            return new SettingsError("pledgedBytes", $"must be 0 to {reserve}: the reserve");
        }

        _capacitySetting = capacityBytes ?? _capacitySetting;
        _reserveSetting = reserveBytes ?? _reserveSetting;
        _pledgedSetting = pledgedBytes ?? _pledgedSetting;

        // A smaller pledge takes nothing back: what is lent above it ends in its own time.
        _inheritedLent = _lent;
        SetFloors();
        Changed = true;
        Serve(now, asking: null);
        AssertInvariants();
        return null;
    }

    /// <summary>
    /// Declares a container or changes its settings; nulls stay as they are. On an error nothing has changed.
    /// </summary>
    public SettingsError? ConfigureContainer(
        string container,
        long? limitBytes,
        long? guaranteeBytes,
        long? quotaBytes,
        string? cgroup,
        TimeSpan now,
        long? ownLimitBytes = null,
        long? resizeMaxBytes = null,
        int? marginPercent = null)
    {
        if (!ResourceName.IsValid(container))
        {
            return new SettingsError("container", ResourceName.Rule);
        }

        _accounts.TryGetValue(container, out HostAccount? account);
        if (limitBytes is < 1 || limitBytes > CapacityBytes)
        {
            return new SettingsError("limitBytes", $"must be 1 to {CapacityBytes}: the host's capacity");
        }

        long limit = limitBytes ?? account?.LimitSetting ?? DefaultLimit;
        long guarantee = guaranteeBytes ?? account?.Guarantee ?? 0;
        long before = account?.Guarantee ?? 0;

        // A host that was started with less than it had guaranteed keeps what it promised, and promises no more.
        long unguaranteed = Math.Max(before, CapacityBytes - ReserveBytes - _guaranteed + before);
        long most = Math.Min(limit, unguaranteed);
        bool changes = (guaranteeBytes ?? limitBytes) is not null;
        if (changes && (guarantee < 0 || guarantee > most))
        {
            return new SettingsError(
                "guaranteeBytes",
                $"must be 0 to {most}: within the limit and what the host has not guaranteed to others");
        }

        if (quotaBytes is < 0)
        {
            return new SettingsError("mustSucceedQuotaBytes", "must be 0 or more");
        }

        if (marginPercent is < 0 or > ContainerRules.MaxMarginPercent)
        {
            return new SettingsError("marginPercent", $"must be 0 to {ContainerRules.MaxMarginPercent}");
        }

        if (ownLimitBytes is < 0)
        {
            return new SettingsError("ownLimitBytes", "must be 0 or more");
        }

        if (resizeMaxBytes is < 0)
        {
            return new SettingsError("resizeMaxBytes", "must be 0 or more");
        }

        if (account is null && Join(container) is null)
        {
            return NoRoom;
        }

        account = _accounts[container];
        _unusedGuarantee -= account.UnusedGuarantee;
        _guaranteed += guarantee - account.Guarantee;
        account.LimitSetting = limitBytes ?? account.LimitSetting;
        account.Guarantee = guarantee;
        account.Quota = quotaBytes ?? account.Quota;
        account.Cgroup = cgroup ?? account.Cgroup;
        account.MarginPercent = marginPercent ?? account.MarginPercent;
        account.OwnLimit = ownLimitBytes ?? account.OwnLimit;
        account.ResizeMax = resizeMaxBytes ?? account.ResizeMax;
        _unusedGuarantee += account.UnusedGuarantee;
        Changed = true;
        Serve(now, asking: null);
        AssertInvariants();
        return null;
    }

    /// <summary>
    /// Takes away what was declared of a container that is no more, and its row with it. While anything is held there,
    /// nothing has changed. Its authority is fenced; whoever asks for it again finds a container that nobody declared.
    /// </summary>
    /// <returns>Whether the host knows nothing of it now; true as well when it never did.</returns>
    public bool Forget(string container, TimeSpan now)
    {
        if (!_accounts.TryGetValue(container, out HostAccount? account))
        {
            return true;
        }

        if (account.Allotted + account.Overdraft > 0)
        {
            return false;
        }

        Remove(account);
        Changed = true;
        Serve(now, asking: null);
        AssertInvariants();
        return true;
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

        if (policy.LastResortAfter < TimeSpan.Zero || policy.LastResortAfter > SubsystemRow.MaxLastResortAfter)
        {
            return new SettingsError(
                "lastResortAfterSeconds", $"must be 0 to {SubsystemRow.MaxLastResortAfter.TotalSeconds:0}");
        }

        long limit = LimitBytes(container);
        if (policy.EmergencyCreditBytes < 0 || policy.EmergencyCreditBytes > limit)
        {
            return new SettingsError("emergencyCreditBytes", $"must be 0 to {limit}: the container's limit");
        }

        _accounts.TryGetValue(container, out HostAccount? account);
        if (account is not null
            && !account.Policies.ContainsKey(policy.Name)
            && account.Policies.Count == MaxSubsystems)
        {
            return new SettingsError("subsystem", $"there are {MaxSubsystems} declared subsystems already");
        }

        if (account is null && Join(container) is null)
        {
            return NoRoom;
        }

        _accounts[container].Policies[policy.Name] = policy;
        Changed = true;
        return null;
    }

    private bool MakeRoom()
    {
        if (_accounts.Count < MaxContainers)
        {
            return true;
        }

        if (_accounts.Values.FirstOrDefault(account => account.IsForgettable) is not { } idle)
        {
            return false;
        }

        Remove(idle);
        return true;
    }

    // Of one that holds nothing.
    private void Remove(HostAccount account)
    {
        _wants.Leave(account);
        Acquit(account);
        SetLeased(account, 0);
        _raised.Remove(account);
        _guaranteed -= account.Guarantee;
        _unusedGuarantee -= account.UnusedGuarantee;
        _accounts.Remove(account.Name);
    }

    private static SettingsError NoRoom =>
        new("container", $"there are {MaxContainers} containers already, the most of one host");
}
