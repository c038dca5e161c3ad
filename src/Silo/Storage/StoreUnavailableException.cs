namespace Headroom.Silo.Storage;

/// <summary>The embedded store cannot be opened; the message is one line for the person who starts the silo.</summary>
internal sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
