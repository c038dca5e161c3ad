namespace Headroom;

/// <content>What must hold: cheap checks after each transition, the whole on demand.</content>
public sealed partial class ContainerLedger
{
    /// <summary>
    /// Checks the invariants of this container; empty when all hold. Reads everything: not for each command.
    /// </summary>
    public IReadOnlyList<InvariantViolation> Audit()
    {
        var violations = new List<InvariantViolation>();
        if (CommittedBytes > _allotted + _overdraft)
        {
            violations.Add(new(
                "I2", $"{CommittedBytes} bytes committed of {_allotted} allotted and {_overdraft} overdrawn"));
        }

        long drawn = _sessions.Values.Sum(session => session.Accounts.Sum(account => account.BookedBytes));
        long named = _leases.Values.Sum(lease => lease.Remote ? 0 : lease.Bytes);
        if (drawn + named != _held)
        {
            violations.Add(new("I2", $"{drawn} bytes drawn and {named} leased one by one, but {_held} are booked"));
        }

        foreach (Session session in _sessions.Values)
        {
            foreach (Session.Account account in session.Accounts)
            {
                if (account.CreditBytes < 0 || !account.LeasedBytes.IsValid)
                {
                    violations.Add(new("I3", $"session {session.Id} has leased {account.LeasedBytes} bytes of "
                        + $"{account.BookedBytes} drawn for {account.Book.Name}"));
                }

                if (account.EmergencyBytes > Math.Max(0, account.CreditBytes) || account.EmergencyBytes < 0)
                {
                    violations.Add(new("I8", $"session {session.Id} keeps {account.EmergencyBytes} bytes of emergency "
                        + $"credit out of {account.CreditBytes} for {account.Book.Name}"));
                }
            }
        }

        long credit = _books.Values.Sum(book => book.CreditBytes);
        long leased = _books.Values.Sum(book => book.LeasedBytes.Total);
        if (credit != CreditBytes || leased != _leased.Total)
        {
            violations.Add(new("I2", $"subsystems hold {credit} bytes of credit and {leased} leased, "
                + $"but {CreditBytes} and {_leased.Total} are booked"));
        }

        return violations;
    }

    /// <summary>What is booked for a session, however granted; null when there is no such session.</summary>
    public long? HeldBytes(Guid session) =>
        _sessions.TryGetValue(session, out Session? known) ? known.DrawnBytes + known.NamedBytes : null;

    private void AssertInvariants()
    {
        if (CommittedBytes > _allotted + _overdraft || _overdraft < 0 || _loaned < 0
            || _held < _leased.Total || !_leased.IsValid || _ghosts.Bytes < 0)
        {
            throw new LedgerException(
                $"I2: {CommittedBytes} bytes committed of {_allotted} allotted and {_overdraft} overdrawn; "
                + $"{_held} held, {_leased} leased, {_ghosts.Bytes} of ghosts");
        }
    }
}
