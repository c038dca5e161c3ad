using System.ComponentModel.DataAnnotations;
using Headroom.Contracts;
using Headroom.Silo.Http.Input;

namespace Headroom.Silo.Http.Budgets;

/// <summary>
/// Settings of a container. What is absent stays as it is, or gets its default when the container is new.
/// </summary>
internal sealed record ContainerChange
{
    /// <summary>The fields, as they are spelled.</summary>
    public static readonly string[] Fields = ["limitBytes", "guaranteeBytes", "mustSucceedQuotaBytes", "cgroup"];

    /// <summary>Longer than the path of any cgroup that Kubernetes or systemd makes; the kernel's own limit.</summary>
    public const int MaxCgroupLength = 4096;

    private const string CgroupRule =
        "the path of a cgroup below the hierarchy's root, of at most 4096 printable characters and without \"..\"; "
        + "or empty";

    /// <summary>What ordinary urgencies may reach; at most the host's capacity.</summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long? LimitBytes { get; init; }

    /// <summary>
    /// Bytes that no other container may take; at most the limit, and what the host has not guaranteed to others.
    /// </summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? GuaranteeBytes { get; init; }

    /// <summary>Must-succeed bytes that may be outstanding at once.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? MustSucceedQuotaBytes { get; init; }

    /// <summary>Its memory cgroup below the hierarchy's root, for reading its real use; empty for none.</summary>
    [MaxLength(MaxCgroupLength)]
    public string? Cgroup { get; init; }

    public static ContainerChange Read(JsonFields fields) => new()
    {
        LimitBytes = fields.Integer("limitBytes", 1, long.MaxValue, "an integer from 1 to the host's capacity"),
        GuaranteeBytes = fields.Integer("guaranteeBytes", 0, long.MaxValue, "an integer from 0 to the limit"),
        MustSucceedQuotaBytes = fields.Integer(
            "mustSucceedQuotaBytes", 0, long.MaxValue, $"an integer from 0 to {long.MaxValue}"),
        Cgroup = fields.Text("cgroup", IsCgroup, CgroupRule),
    };

    public ContainerSettings ToSettings() => new()
    {
        LimitBytes = LimitBytes,
        GuaranteeBytes = GuaranteeBytes,
        MustSucceedQuotaBytes = MustSucceedQuotaBytes,
        Cgroup = Cgroup,
    };

    // The path is joined to a mount point and read by this process: it must not lead out of it.
    private static bool IsCgroup(string path) => path.Length <= MaxCgroupLength
        && !path.Any(char.IsControl)
        && !path.Split('/').Contains("..", StringComparer.Ordinal);
}
