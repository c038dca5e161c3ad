namespace Headroom;

/// <summary>A request that waited has its answer.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Decision">The answer.</param>
public readonly record struct Settled(Guid RequestId, LeaseDecision Decision);
