namespace Headroom.Grains.Budgets;

/// <summary>
/// A host's durable table as it is stored. New members may be added; none is ever removed or renamed.
/// </summary>
[GenerateSerializer, Alias("headroom.HostState")]
internal sealed class HostState
{
    /// <summary>
    /// The version of this shape that the record was written with; 0 for a record that was never written.
    /// </summary>
    [Id(0)] public int Version { get; set; }

    [Id(1)] public string Host { get; set; } = "";

    [Id(2)] public long? CapacityBytes { get; set; }

    [Id(3)] public long? ReserveBytes { get; set; }

    [Id(4)] public long? PledgedBytes { get; set; }

    [Id(5)] public long LastEpoch { get; set; }

    [Id(6)] public List<StoredContainer> Containers { get; set; } = [];

    [Id(7)] public long LendEpoch { get; set; }

    [Id(8)] public long LendNumber { get; set; }

    [Id(9)] public long LentBytes { get; set; }

    /// <summary>What the host's own silo was set to when it last served it; null before it did.</summary>
    [Id(10)] public StoredSizes? Sizes { get; set; }
}
