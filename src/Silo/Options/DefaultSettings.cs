using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Defaults</c>: what a container or subsystem gets that nobody declared.</summary>
internal sealed class DefaultSettings
{
    /// <summary>The part of a container's hard limit that ordinary urgencies may not reach. Percent, 0 to 90.</summary>
    [Range(0, 90)]
    public int MarginPercent { get; set; } = 10;

    /// <summary>The highest urgency that a subsystem may use whose policy nobody set.</summary>
    public Urgency MaxUrgency { get; set; } = Urgency.MustSucceed;

    /// <summary>
    /// The hard limit of a container that nobody declared. Bytes, positive. Null: the capacity of its host.
    /// </summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long? ContainerLimitBytes { get; set; }
}
