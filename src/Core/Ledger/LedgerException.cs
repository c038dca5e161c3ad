namespace Headroom;

/// <summary>
/// A ledger found one of its invariants broken: a bug in Headroom. The budget must stop and start again.
/// </summary>
public sealed class LedgerException : Exception
{
    /// <summary>Creates the exception.</summary>
    public LedgerException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public LedgerException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public LedgerException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
