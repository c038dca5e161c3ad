namespace Headroom.Support;

/// <summary>
/// A real server that the silos of a cluster share, and the faults that it may have. Ended, with its data, when it is
/// disposed.
/// </summary>
public interface ISharedStore : IAsyncDisposable
{
    /// <summary>The setting <c>Headroom:Cluster:Provider</c>.</summary>
    string Provider { get; }

    /// <summary>The setting <c>Headroom:Cluster:ConnectionString</c>.</summary>
    string ConnectionString { get; }

    /// <summary>The port that it listens on, at the loopback address.</summary>
    int Port { get; }

    /// <summary>The connection string of who reaches it in another place.</summary>
    string ConnectionStringAt(string address, int port);

    /// <summary>Stops all its processes where they are: connections stay open, and nothing answers.</summary>
    void Freeze();

    /// <summary>Lets it go on after <see cref="Freeze"/>.</summary>
    void Thaw();

    /// <summary>Ends it as a crash would. What it acknowledged stays on disk.</summary>
    Task KillAsync();

    /// <summary>Starts it again on the same port and data, and waits until it takes connections.</summary>
    Task RestartAsync();
}
