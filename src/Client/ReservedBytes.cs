namespace Headroom;

/// <summary>The bytes behind a reservation: taken from credit, or granted as one lease.</summary>
internal sealed class ReservedBytes
{
    private readonly MemoryLease _named;
    private bool _isOver;

    private ReservedBytes(CreditAccount account, long size, Urgency held, MemoryLease named) =>
        (Account, Size, Held, _named) = (account, size, held, named);

    internal CreditAccount Account { get; }

    internal long Size { get; }

    /// <summary>The urgency at which the bytes are held: the highest one of the policy, so that nobody asks them back.
    /// </summary>
    internal Urgency Held { get; }

    /// <summary>All of it as one lease.</summary>
    internal MemoryLease AsLease(SessionCore core)
    {
        if (_named != default)
        {
            return _named;
        }

        LeaseSlot slot = core.Lease(new LeaseTerms(Account, Size), Held, out long token);
        return new MemoryLease(slot, token, Size);
    }

    internal static ReservedBytes FromCredit(CreditAccount account, long bytes, Urgency held) =>
        new(account, bytes, held, default);

    internal static ReservedBytes FromLease(CreditAccount account, MemoryLease lease) =>
        new(account, lease.Bytes, lease.Urgency, lease);

    /// <summary>
    /// Gives some back. A lease that was granted as one goes back as one, with the last of its bytes.
    /// </summary>
    /// <returns>What went back, or is nobody's any more.</returns>
    internal long GiveBack(long bytes, bool last)
    {
        if (_named == default)
        {
            if (bytes > 0)
            {
                Account.GiveBack(bytes, Held);
            }

            return bytes;
        }

        if (!last || _isOver)
        {
            return 0;
        }

        _isOver = true;
        _named.Dispose();
        return bytes;
    }
}
