namespace Headroom.Silo.Http;

/// <summary>Body of <c>POST .../subsystems/{subsystem}/leases</c>.</summary>
/// <param name="Bytes">1 to the host's capacity.</param>
/// <param name="Urgency">0 to 3 or its name.</param>
/// <param name="RequestId">1 to 128 printable ASCII characters; a retry carries the same one.</param>
/// <param name="WaitSeconds">How long to wait, 0 to 3600; absent for what the urgency's pipeline allows.</param>
/// <param name="TtlSeconds">Life without renewal, 1 to the configured longest; absent for the session TTL.</param>
/// <param name="Reason">Why; to be named by each MustSucceed. At most 256 characters.</param>
internal sealed record LeaseBody(
    long Bytes, string Urgency, string RequestId, int? WaitSeconds, int? TtlSeconds, string? Reason);
