namespace Headroom;

/// <summary>A container's row in its host's durable table.</summary>
public sealed record ContainerRow
{
    /// <summary>The container's name.</summary>
    public required string Name { get; init; }

    /// <summary>The epoch of its authority; 0 before the first.</summary>
    public required long Epoch { get; init; }

    /// <summary>The number of its last order.</summary>
    public required long Order { get; init; }

    /// <summary>The mark: bytes that may be in use there.</summary>
    public required long AllottedBytes { get; init; }

    /// <summary>Bytes beyond the mark, for must-succeed alone.</summary>
    public long OverdraftBytes { get; init; }

    /// <summary>The longest life without renewal of any lease it may have granted.</summary>
    public required TimeSpan LongestTtl { get; init; }

    /// <summary>What ordinary urgencies may reach; null for the default.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Bytes that no other container may take.</summary>
    public long GuaranteeBytes { get; init; }

    /// <summary>Must-succeed bytes that may be outstanding; null for no quota.</summary>
    public long? MustSucceedQuotaBytes { get; init; }

    /// <summary>Its memory cgroup below the hierarchy's root; "" when unknown.</summary>
    public string Cgroup { get; init; } = "";

    /// <summary>Percent of its hard limit that is withheld; null for the default.</summary>
    public int? MarginPercent { get; init; }

    /// <summary>The hard limit that its owner gave it; 0 where nobody says.</summary>
    public long OwnLimitBytes { get; init; }

    /// <summary>How far its hard limit may be raised for must-succeed; 0 for not at all.</summary>
    public long ResizeMaxBytes { get; init; }

    /// <summary>The declared subsystems, in the order of their names.</summary>
    public IReadOnlyList<SubsystemRow> Subsystems { get; init; } = [];
}
