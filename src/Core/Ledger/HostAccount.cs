namespace Headroom;

/// <summary>One container in the books of its host.</summary>
internal sealed class HostAccount
{
    public HostAccount(ContainerRow row)
    {
        Name = row.Name;
        Epoch = row.Epoch;
        Order = row.Order;
        Allotted = row.AllottedBytes;
        Overdraft = row.OverdraftBytes;
        LongestTtl = row.LongestTtl;
        LimitSetting = row.LimitBytes;
        Guarantee = row.GuaranteeBytes;
        Quota = row.MustSucceedQuotaBytes;
        Cgroup = row.Cgroup;
        MarginPercent = row.MarginPercent;
        OwnLimit = row.OwnLimitBytes;
        ResizeMax = row.ResizeMaxBytes;
        // Until the container says what of its mark is leased, all of it may be: its use explains itself.
        Leased = row.AllottedBytes + row.OverdraftBytes;
        foreach (SubsystemRow policy in row.Subsystems)
        {
            Policies.Add(policy.Name, policy);
        }
    }

    public string Name { get; }

    public long Epoch { get; set; }

    public long Order { get; set; }

    public long Allotted { get; set; }

    /// <summary>Bytes beyond the allotment, for must-succeed alone.</summary>
    public long Overdraft { get; set; }

    public TimeSpan LongestTtl { get; set; }

    public long? LimitSetting { get; set; }

    public long Guarantee { get; set; }

    public long? Quota { get; set; }

    public string Cgroup { get; set; }

    public int? MarginPercent { get; set; }

    public long OwnLimit { get; set; }

    public long ResizeMax { get; set; }

    public long Leased { get; set; }

    /// <summary>When it last said what it wants.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>Whether its order was raised without its asking, and not yet taken for pushing.</summary>
    public bool IsRaised { get; set; }

    public SortedDictionary<string, SubsystemRow> Policies { get; } = new(StringComparer.Ordinal);

    /// <summary>Its places in the queue, for each urgency; null where it does not wait.</summary>
    public LinkedListNode<HostAccount>?[] Slots { get; } = new LinkedListNode<HostAccount>?[ByUrgency.Levels];

    /// <summary>How often others went before it while it was first, for each urgency.</summary>
    public int[] Overtaken { get; } = new int[ByUrgency.Levels];

    public long UnusedGuarantee => Math.Max(0, Guarantee - Allotted);

    /// <summary>
    /// Whether nobody declared anything about it, and it holds nothing: then nothing is lost with its row.
    /// </summary>
    public bool IsForgettable =>
        Allotted + Overdraft == 0 && Guarantee == 0 && LimitSetting is null && Quota is null && Cgroup.Length == 0
        && MarginPercent is null && OwnLimit == 0 && ResizeMax == 0 && Policies.Count == 0;

    /// <summary>Bytes wanted beyond the allotment.</summary>
    public ByUrgency Want;

    /// <summary>The least of them that would be of use.</summary>
    public ByUrgency Least;

    /// <summary>Of its wants, what other containers should be asked for.</summary>
    public ByUrgency Reclaim;

    /// <summary>What it could give up at each urgency, if asked.</summary>
    public ByUrgency Reclaimable;

    /// <summary>Its leases below this urgency are asked back; Optional when nothing is.</summary>
    public Urgency ReclaimBelow { get; set; }

    /// <summary>The allotment that it was asked to come down to.</summary>
    public long ReclaimKeep { get; set; }

    /// <summary>Until when what it was asked for counts as coming.</summary>
    public TimeSpan ReclaimUntil { get; set; }

    /// <summary>Bytes asked of it that it has not yet given back.</summary>
    public long Pending => ReclaimBelow > Urgency.Optional ? Math.Max(0, Allotted - ReclaimKeep) : 0;

    public ContainerRow Row() => new()
    {
        Name = Name,
        Epoch = Epoch,
        Order = Order,
        AllottedBytes = Allotted,
        OverdraftBytes = Overdraft,
        LongestTtl = LongestTtl,
        LimitBytes = LimitSetting,
        GuaranteeBytes = Guarantee,
        MustSucceedQuotaBytes = Quota,
        Cgroup = Cgroup,
        MarginPercent = MarginPercent,
        OwnLimitBytes = OwnLimit,
        ResizeMaxBytes = ResizeMax,
        Subsystems = [.. Policies.Values],
    };
}
