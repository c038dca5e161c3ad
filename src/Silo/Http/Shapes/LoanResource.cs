namespace Headroom.Silo.Http.Shapes;

/// <summary>Real memory on other hosts.</summary>
internal sealed record LoanResource
{
    /// <summary>Its size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its copies, each of all the bytes; 1 or 2. Of a renewal: those that are left.</summary>
    public required IReadOnlyList<LoanPartResource> Parts { get; init; }
}
