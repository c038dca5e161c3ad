namespace Headroom.Contracts;

/// <summary>Settings of a host. A null leaves the setting as it is.</summary>
[GenerateSerializer, Immutable, Alias("headroom.HostSettings")]
public sealed record HostSettings
{
    /// <summary>Bytes that Headroom may hand out there; at least what is allotted and reserved now.</summary>
    [Id(0)] public long? CapacityBytes { get; init; }

    /// <summary>Bytes that only MustSucceed may use; 0 to the capacity.</summary>
    [Id(1)] public long? ReserveBytes { get; init; }

    /// <summary>The part of the reserve that other hosts may borrow; 0 to the reserve.</summary>
    [Id(2)] public long? PledgedBytes { get; init; }
}
