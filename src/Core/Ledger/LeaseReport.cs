namespace Headroom;

/// <summary>What a lease without a session stands for, as its sealed id says.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Epoch">The epoch in which it was granted.</param>
/// <param name="Subsystem">The subsystem's name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Urgency">Its urgency.</param>
/// <param name="Ttl">Its life without renewal.</param>
public sealed record LeaseReport(
    long LeaseId, long Epoch, string Subsystem, long Bytes, Urgency Urgency, TimeSpan Ttl)
{
    /// <summary>Whether its bytes are on another host.</summary>
    public bool Remote { get; init; }
}
