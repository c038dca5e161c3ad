namespace Headroom;

/// <summary>What came of one try at a request: a lease, or that it is to be tried again.</summary>
internal readonly record struct LeaseTry
{
    /// <summary>Whether the request is over.</summary>
    internal bool IsDone { get; private init; }

    /// <summary>The lease, when done.</summary>
    internal MemoryLease Lease { get; private init; }

    /// <summary>When to try again; null for the growing pause of the pipeline.</summary>
    internal TimeSpan? Pause { get; private init; }

    internal static LeaseTry Done(MemoryLease lease) => new() { IsDone = true, Lease = lease };

    internal static LeaseTry Again(TimeSpan? pause = null) => new() { Pause = pause };
}
