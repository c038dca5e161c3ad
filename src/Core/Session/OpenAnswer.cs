namespace Headroom;

/// <summary>The authority's answer to the opening of a session.</summary>
/// <param name="Outcome">Granted, StartAnew, or why not now.</param>
/// <param name="Session">The session it is for.</param>
/// <param name="Epoch">The authority's epoch.</param>
/// <param name="Ttl">How long the session lives without renewal.</param>
/// <param name="Gate">The lowest urgency that may be served from credit now; 4 closes all.</param>
internal sealed record OpenAnswer(Outcome Outcome, Guid Session, long Epoch, TimeSpan Ttl, int Gate);
