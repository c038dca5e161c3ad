namespace Headroom.Silo.Http;

/// <summary>A lease that was granted or renewed.</summary>
/// <param name="LeaseId">Opaque; renew and delete by it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Urgency">Its urgency's name.</param>
/// <param name="Rung">The rung of the ladder that granted it.</param>
/// <param name="Host">The host whose memory it is.</param>
/// <param name="ExpiresAt">When it lapses unless it is renewed.</param>
internal sealed record LeaseResponse(
    string LeaseId, long Bytes, string Urgency, string Rung, string Host, DateTimeOffset ExpiresAt);
