namespace Headroom;

/// <summary>What applies where nobody declared otherwise through the API.</summary>
/// <param name="CapacityBytes">Bytes that Headroom may hand out; 1 or more.</param>
/// <param name="ReserveBytes">Bytes of it that only MustSucceed may use; 0 to the capacity.</param>
/// <param name="PledgedBytes">The part of the reserve that other hosts may borrow; 0 to the reserve.</param>
/// <param name="ContainerLimitBytes">Limit of a container that declares none; null for the capacity.</param>
public sealed record HostDefaults(
    long CapacityBytes, long ReserveBytes, long PledgedBytes, long? ContainerLimitBytes)
{
    /// <summary>How long a container has to give back what is asked of it; its clients have a part of that.</summary>
    public TimeSpan ReclaimWithin { get; init; } = TimeSpan.FromSeconds(2);
}
