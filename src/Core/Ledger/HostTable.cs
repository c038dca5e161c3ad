namespace Headroom;

/// <summary>The durable state of a host: a small table, written before what it promises is used.</summary>
public sealed record HostTable
{
    /// <summary>A host that has promised nothing yet.</summary>
    public static readonly HostTable Empty = new() { LastEpoch = 0, Containers = [] };

    /// <summary>Bytes that Headroom may hand out, as set through the API; null for the configured amount.</summary>
    public long? CapacityBytes { get; init; }

    /// <summary>Bytes of the capacity that only MustSucceed may use; null for the configured amount.</summary>
    public long? ReserveBytes { get; init; }

    /// <summary>The part of the reserve that other hosts may borrow; null for the configured amount.</summary>
    public long? PledgedBytes { get; init; }

    /// <summary>The last epoch given to any container: epochs are never reused on a host.</summary>
    public required long LastEpoch { get; init; }

    /// <summary>The life of the process that lends for this host; 0 before the first.</summary>
    public long LendEpoch { get; init; }

    /// <summary>The last message of that process that was acted on.</summary>
    public long LendNumber { get; init; }

    /// <summary>What may be lent to other hosts in all.</summary>
    public long LentBytes { get; init; }

    /// <summary>The containers, in the order of their names.</summary>
    public required IReadOnlyList<ContainerRow> Containers { get; init; }
}
