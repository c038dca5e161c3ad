namespace Headroom.Silo.Http.Shapes;

/// <summary>An error, after RFC 9457. What does not apply is absent.</summary>
internal sealed record Problem
{
    /// <summary>The kind of problem: a URN that never changes.</summary>
    public required string Type { get; init; }

    /// <summary>The same sentence for every problem of this kind.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong with this request.</summary>
    public required string Detail { get; init; }

    /// <summary>Of bad input: the first field that is wrong; "body" for the body as a whole.</summary>
    public string? Field { get; init; }

    /// <summary>Of bad input: for each field what is allowed.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Of a refusal: the budget that refused: subsystem, container or host.</summary>
    public string? RefusedBy { get; init; }

    /// <summary>Of a refusal: what that budget had for this urgency.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>Of a refusal: the rungs tried, in order.</summary>
    public IReadOnlyList<RungResource>? Rungs { get; init; }

    /// <summary>Of a refusal: who holds most in that budget, the largest first.</summary>
    public IReadOnlyList<HolderResource>? Holders { get; init; }

    /// <summary>Of a last resort: what the subsystem does now: fallback, readOnly or failStop.</summary>
    public string? State { get; init; }

    /// <summary>When to try again; as in the header Retry-After. At least 1.</summary>
    public long? RetryAfterSeconds { get; init; }
}
