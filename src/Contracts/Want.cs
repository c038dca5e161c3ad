namespace Headroom.Contracts;

/// <summary>How much a session would like to hold in total for one subsystem, and how badly.</summary>
public readonly record struct Want
{
    /// <summary>The subsystem's name.</summary>
    public required string Subsystem { get; init; }

    /// <summary>Total bytes wanted, credit and leases together; an absolute amount, never "plus n".</summary>
    public required long TotalBytes { get; init; }

    /// <summary>0 to 3.</summary>
    public required byte Urgency { get; init; }
}
