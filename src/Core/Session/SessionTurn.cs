namespace Headroom;

/// <summary>A message of a session and when it was sent: exactly one of the two is set.</summary>
internal sealed record SessionTurn
{
    /// <summary>The opening to send.</summary>
    public OpenCommand? Open { get; init; }

    /// <summary>The exchange to send.</summary>
    public ExchangeCommand? Exchange { get; init; }

    /// <summary>When it was sent, on the client's clock: a TTL counts from here.</summary>
    public required TimeSpan SentAt { get; init; }
}
