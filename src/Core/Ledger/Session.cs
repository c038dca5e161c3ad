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

    /// <summary>
    /// Bytes that the mark of an earlier epoch already stands for: what it held when it reported, or less since.
    /// </summary>
    public long BaseBytes { get; set; }

    public AccountList Accounts { get; } = new();

    public HashSet<Lease> Leases { get; } = [];

    /// <summary>Its requests that wait.</summary>
    public HashSet<Guid> Waiting { get; } = [];

    /// <summary>Whether it did not give back in time what was asked.</summary>
    public bool Overdue => OverdueAccounts > 0;

    /// <summary>For how many subsystems it did not.</summary>
    public int OverdueAccounts { get; set; }

    /// <summary>Until when the idle credit that it was asked for counts as coming.</summary>
    public TimeSpan CreditUntil { get; set; }

    /// <summary>What it used must-succeed for, as it last said.</summary>
    public IReadOnlyList<ReasonReport> MustSucceed { get; set; } = [];

    /// <summary>What its process really occupies, as it last said.</summary>
    public HeapReading Heap { get; set; }

    /// <summary>Whether it was asked to collect its garbage, and did not yet say that there is less.</summary>
    public bool IsAskedToCollect { get; set; }

    /// <summary>First attempts up to this number are over.</summary>
    public long Settled { get; private set; }

    /// <summary>What counts beyond the mark while learning.</summary>
    public long BeyondBytes => Math.Max(0, DrawnBytes + NamedBytes - BaseBytes);

    /// <summary>An older message may say less.</summary>
    public void Settle(long number) => Settled = Math.Max(Settled, number);

    /// <summary>What the session holds for one subsystem.</summary>
    internal sealed class Account(Session owner, SubsystemBook book)
    {
        public Session Owner { get; } = owner;

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

        /// <summary>Of the credit, what is kept for must-succeed alone.</summary>
        public long EmergencyBytes { get; set; }

        /// <summary>Leases granted one by one, by urgency.</summary>
        public ByUrgency NamedBytes { get; set; }

        /// <summary>Leases below this urgency are asked back; Optional when nothing is.</summary>
        public Urgency ReclaimBelow { get; set; }

        /// <summary>What it should keep of them at most.</summary>
        public long KeepBytes { get; set; }

        /// <summary>How much was asked back since it last had come down.</summary>
        public long AskedBytes { get; set; }

        /// <summary>Until when what is asked back counts as coming.</summary>
        public TimeSpan AskedUntil { get; set; }

        /// <summary>When its client heard of it; null before.</summary>
        public TimeSpan? ToldAt { get; set; }

        public bool Overdue { get; set; }

        /// <summary>What is still above what it should keep.</summary>
        public long AboveBytes => ReclaimBelow > Urgency.Optional ? Math.Max(0, Below(ReclaimBelow) - KeepBytes) : 0;

        /// <summary>All leases below an urgency, drawn or granted one by one.</summary>
        public long Below(Urgency urgency)
        {
            long bytes = 0;
            for (int level = 0; level < (int)urgency; level++)
            {
                bytes += LeasedBytes[level] + NamedBytes[level];
            }

            return bytes;
        }
    }
}
