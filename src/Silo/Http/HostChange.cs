namespace Headroom.Silo.Http;

/// <summary>Body of <c>PUT /v1/hosts/{host}</c>; what is absent stays as it is.</summary>
/// <param name="CapacityBytes">Bytes that may be handed out there; at least what is allotted, guaranteed and reserved.</param>
/// <param name="ReserveBytes">Bytes that only MustSucceed may use.</param>
/// <param name="PledgedBytes">The part of the reserve that other hosts may borrow.</param>
internal sealed record HostChange(long? CapacityBytes, long? ReserveBytes, long? PledgedBytes);
