namespace Headroom;

/// <summary>One client process connected to the container's budget.</summary>
internal sealed class Session(Guid id, ProcessIdentity process)
{
    public Guid Id { get; } = id;

    public ProcessIdentity Process { get; } = process;

    public TimeSpan ExpiresAt { get; set; }

    /// <summary>The number of the session's last order.</summary>
    public long Order { get; set; }

    /// <summary>Bytes drawn by exchange: all accounts together.</summary>
    public long DrawnBytes { get; set; }

    /// <summary>Bytes of leases granted one by one.</summary>
    public long NamedBytes { get; set; }

    /// <summary>Bytes that the mark of an earlier epoch already stands for.</summary>
    public long BaseBytes { get; set; }

    public SortedDictionary<string, Account> Accounts { get; } = new(StringComparer.Ordinal);

    public HashSet<Lease> Leases { get; } = [];

    /// <summary>Its requests that wait.</summary>
    public HashSet<Guid> Waiting { get; } = [];

    /// <summary>What counts beyond the mark while learning.</summary>
    public long BeyondBytes => Math.Max(0, DrawnBytes + NamedBytes - BaseBytes);

    /// <summary>What the session holds for one subsystem.</summary>
    internal sealed class Account(SubsystemBook book)
    {
        public SubsystemBook Book { get; } = book;

        /// <summary>
        /// What the session may hold as far as the authority knows: never less than what it does hold.
        /// </summary>
        public long BookedBytes { get; set; }

        /// <summary>What the current order says; less than what is booked while credit is asked back.</summary>
        public long TargetBytes { get; set; }

        /// <summary>Leased out of it, as last reported.</summary>
        public ByUrgency LeasedBytes { get; set; }

        public long CreditBytes => BookedBytes - LeasedBytes.Total;
    }
}
