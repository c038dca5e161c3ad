namespace Headroom;

/// <content>What must hold: cheap checks after each transition, the whole on demand.</content>
public sealed partial class HostLedger
{
    /// <summary>Checks the invariants of this host; empty when all hold.</summary>
    public IReadOnlyList<InvariantViolation> Audit()
    {
        var violations = new List<InvariantViolation>();
        long sum = _accounts.Values.Sum(account => account.Allotted);
        if (sum != _allotted)
        {
            violations.Add(new("I1", $"allotments sum to {sum} bytes, but {_allotted} are booked"));
        }

        long overdraft = _accounts.Values.Sum(account => account.Overdraft);
        if (overdraft != _overdraft)
        {
            violations.Add(new("I1", $"overdrafts sum to {overdraft} bytes, but {_overdraft} are booked"));
        }

        if (_allotted > CapacityBytes - ReserveBytes)
        {
            violations.Add(new(
                "I1", $"{_allotted} bytes allotted exceed capacity {CapacityBytes} less reserve {ReserveBytes}"));
        }

        if (_allotted + _overdraft + _lent > CapacityBytes)
        {
            violations.Add(new(
                "I1",
                $"{_allotted} bytes allotted, {_overdraft} overdrawn and {_lent} lent exceed capacity "
                + $"{CapacityBytes}"));
        }

        if (_lent > Math.Max(PledgedBytes, _inheritedLent))
        {
            violations.Add(new("I1", $"{_lent} bytes lent exceed the pledge of {PledgedBytes}"));
        }

        foreach (HostAccount account in _accounts.Values)
        {
            if (account.Allotted < 0 || account.Overdraft < 0)
            {
                violations.Add(new("I1", $"container {account.Name} has {account.Allotted} bytes allotted "
                    + $"and {account.Overdraft} overdrawn"));
            }
        }

        long unused = _accounts.Values.Sum(account => account.UnusedGuarantee);
        if (unused != _unusedGuarantee)
        {
            violations.Add(new("I1", $"unused guarantees sum to {unused} bytes, but {_unusedGuarantee} are booked"));
        }

        return violations;
    }

    // A start with less capacity than was promised before grants nothing until that has come back; it is no bug.
    private void AssertInvariants()
    {
        _inherited = Math.Min(_inherited, _allotted);
        _inheritedAll = Math.Min(_inheritedAll, _allotted + _overdraft + _lent);
        if (_allotted < 0 || _allotted > Math.Max(CapacityBytes - ReserveBytes, _inherited) || _unusedGuarantee < 0
            || _overdraft < 0 || _lent < 0 || _lent > Math.Max(PledgedBytes, _inheritedLent)
            || _allotted + _overdraft + _lent > Math.Max(CapacityBytes, _inheritedAll))
        {
            throw new LedgerException(
                $"I1: {_allotted} bytes allotted, {_overdraft} overdrawn and {_lent} lent of capacity {CapacityBytes} "
                + $"with reserve {ReserveBytes}, {_unusedGuarantee} bytes of guarantees unused");
        }
    }
}
