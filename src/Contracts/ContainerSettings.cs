namespace Headroom.Contracts;

/// <summary>Settings of a container. A null leaves the setting as it is; in <see cref="ContainerTerms"/> only the
/// quota may be null, for none, and the margin, for the default.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ContainerSettings")]
public sealed record ContainerSettings
{
    /// <summary>What ordinary urgencies may reach; 1 to the host's capacity.</summary>
    [Id(0)] public long? LimitBytes { get; init; }

    /// <summary>Bytes that no other container may take; 0 to the limit.</summary>
    [Id(1)] public long? GuaranteeBytes { get; init; }

    /// <summary>Must-succeed bytes that may be outstanding at once; 0 or more.</summary>
    [Id(2)] public long? MustSucceedQuotaBytes { get; init; }

    /// <summary>
    /// The container's memory cgroup below the hierarchy's root, for reading its real usage; "" for none.
    /// </summary>
    [Id(3)] public string? Cgroup { get; init; }

    /// <summary>Percent of an observed hard limit that ordinary urgencies may not reach; 0 to 90.</summary>
    [Id(4)] public int? MarginPercent { get; init; }

    /// <summary>
    /// The hard limit that the container's owner gave it; what it has beyond that was raised for must-succeed. 1 or
    /// more; 0 for nobody says.
    /// </summary>
    [Id(5)] public long? OwnLimitBytes { get; init; }

    /// <summary>How far the hard limit may be raised for must-succeed; 0 for not at all.</summary>
    [Id(6)] public long? ResizeMaxBytes { get; init; }
}
