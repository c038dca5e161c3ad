namespace Headroom;

/// <summary>
/// The bytes of a loan are gone: no lender has them any more. What was in them must come from elsewhere.
/// </summary>
public sealed class RemoteMemoryLostException : IOException
{
    /// <summary>Says what became of each lender.</summary>
    public RemoteMemoryLostException(string message)
        : base(message)
    {
    }

    /// <summary>Says what became of each lender.</summary>
    public RemoteMemoryLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says only that the bytes are lost.</summary>
    public RemoteMemoryLostException()
        : base("The remote memory is lost.")
    {
    }
}
