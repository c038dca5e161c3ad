using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Chaos</c>: faults on purpose.</summary>
internal sealed class ChaosSettings
{
    /// <summary>
    /// Whether there are any: the routes that make memory scarce, and faults of calls. Off unless set.
    /// </summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The most memory that this silo takes on purpose, all requests together. Bytes, 0 (none) to 1 TiB.
    /// </summary>
    [Range(0, 1L << 40)]
    public long MaxPressureBytes { get; set; } = 1L << 30;

    /// <summary>Faults of calls.</summary>
    public ChaosCallSettings Calls { get; set; } = new();
}
