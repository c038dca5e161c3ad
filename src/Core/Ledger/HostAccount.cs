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
        Allotted == 0 && Guarantee == 0 && LimitSetting is null && Quota is null && Cgroup.Length == 0
        && Policies.Count == 0;

    /// <summary>Bytes wanted beyond the allotment.</summary>
    public ByUrgency Want;

    /// <summary>The least of them that would be of use.</summary>
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
