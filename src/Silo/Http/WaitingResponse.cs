namespace Headroom.Silo.Http;

/// <summary>A must-succeed request that still waits; the same request again goes on waiting.</summary>
/// <param name="RequestId">The request's id, as it was sent.</param>
/// <param name="Bytes">Bytes asked for.</param>
/// <param name="Urgency">The urgency's name.</param>
/// <param name="Waiting">Always true.</param>
/// <param name="RetryAfterSeconds">When to ask again, so as to keep the place in the queue.</param>
internal sealed record WaitingResponse(
    string RequestId, long Bytes, string Urgency, bool Waiting, int RetryAfterSeconds);
