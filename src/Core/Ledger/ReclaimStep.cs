namespace Headroom;

/// <summary>What happened to bytes that were asked back.</summary>
public enum ReclaimStep
{
    /// <summary>They were asked back.</summary>
    Asked,

    /// <summary>They came back.</summary>
    Returned,

    /// <summary>Their holder did not give them back in time.</summary>
    Overdue,
}
