namespace Headroom;

/// <summary>How far a loan has come at its lender.</summary>
internal enum LoanStep
{
    /// <summary>The host's mark does not count it yet: nothing may be allocated for it.</summary>
    Booked,

    /// <summary>The mark counts it: its memory is being made.</summary>
    Marked,

    /// <summary>Its memory is there.</summary>
    Lent,
}
