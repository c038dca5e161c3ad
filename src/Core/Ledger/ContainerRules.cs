namespace Headroom;

/// <summary>What a container's ledger decides by; changes only by a whole new set.</summary>
public sealed record ContainerRules
{
    /// <summary>The largest part of a hard limit that may be withheld, in percent.</summary>
    public const int MaxMarginPercent = 90;

    /// <summary>What ordinary urgencies may reach, as declared; 1 or more.</summary>
    public required long LimitBytes { get; init; }

    /// <summary>Must-succeed bytes that may be outstanding at once; 0 or more, null for no quota.</summary>
    public required long? MustSucceedQuotaBytes { get; init; }

    /// <summary>The host's capacity: no request can be larger.</summary>
    public required long HostCapacityBytes { get; init; }

    /// <summary>Floors of the container, relative to its limit.</summary>
    public required FloorPolicy Floors { get; init; }

    /// <summary>How long a session lives without renewal.</summary>
    public required TimeSpan SessionTtl { get; init; }

    /// <summary>
    /// How long an authority may grant after it was last confirmed, its own or that of an earlier activation.
    /// </summary>
    public required TimeSpan AuthorityLease { get; init; }

    /// <summary>The longest life that a lease without a session may ask for.</summary>
    public required TimeSpan MaxLeaseTtl { get; init; }

    /// <summary>
    /// Percent of an observed hard limit that is withheld; 0 to 90. Half of it from must-succeed, too.
    /// </summary>
    public int MarginPercent { get; init; } = 10;

    /// <summary>
    /// The hard limit that the container's owner gave it: what it has beyond that was raised for must-succeed, and no
    /// other urgency reaches it. 1 or more; null where nobody says.
    /// </summary>
    public long? OwnLimitBytes { get; init; }

    /// <summary>
    /// How far the hard limit may be raised for must-succeed. Not at all, when this is null or no more than the
    /// owner's.
    /// </summary>
    public long? ResizeMaxBytes { get; init; }

    /// <summary>How long must-succeed waits for a raised limit before it goes on to the next rung.</summary>
    public TimeSpan ResizeWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long nothing has needed a raised limit before it goes back, and how long a refused one is not asked for.
    /// </summary>
    public TimeSpan ResizeRest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a holder has to give back what is asked of it.</summary>
    public TimeSpan ReclaimWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long one that did not give back in time stays refused after anybody last waited for it: long enough that
    /// not giving back does not pay, and an end, for it may hold what it cannot give.
    /// </summary>
    public TimeSpan OverdueRest { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The highest urgency of a subsystem that nobody declared.</summary>
    public Urgency DefaultMaxUrgency { get; init; } = Urgency.MustSucceed;

    /// <summary>Policies of the declared subsystems, by name.</summary>
    public IReadOnlyDictionary<string, SubsystemRow> Policies { get; init; } = new Dictionary<string, SubsystemRow>();
}
