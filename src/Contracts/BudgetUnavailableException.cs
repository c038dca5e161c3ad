namespace Headroom.Contracts;

/// <summary>
/// A budget cannot answer now: its store does not, another activation has replaced it, or its host is not served here.
/// Nothing was promised; asking again may help.
/// </summary>
[GenerateSerializer, Alias("headroom.BudgetUnavailable")]
public sealed class BudgetUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public BudgetUnavailableException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public BudgetUnavailableException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public BudgetUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
