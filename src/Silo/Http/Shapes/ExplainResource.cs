namespace Headroom.Silo.Http.Shapes;

/// <summary>What would happen to a request now. Nothing of it was done.</summary>
internal sealed record ExplainResource
{
    /// <summary>Bytes asked for.</summary>
    public required long Bytes { get; init; }

    /// <summary>The urgency asked at.</summary>
    public required string Urgency { get; init; }

    /// <summary>
    /// What would come of it: granted; waiting, for what would be asked back or for a lender; refused;
    /// urgencyNotAllowed; quotaExceeded; unavailable.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>The rung that would grant it, or where it would wait or be refused.</summary>
    public required string Rung { get; init; }

    /// <summary>Of a refusal: the budget that would refuse: subsystem, container or host.</summary>
    public string? RefusedBy { get; init; }

    /// <summary>What the budget in the way has for this urgency; absent when nothing was counted.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>The rungs that it may climb, in order, each with what it has.</summary>
    public required IReadOnlyList<RungResource> Rungs { get; init; }

    /// <summary>Who holds most in the container, the largest first.</summary>
    public required IReadOnlyList<HolderResource> Holders { get; init; }

    /// <summary>The subsystem's state.</summary>
    public required string State { get; init; }

    /// <summary>What is in the way.</summary>
    public string? Detail { get; init; }
}
