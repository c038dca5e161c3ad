namespace Headroom.Support;

/// <summary>A real server that the silos of a cluster share. Ended, with its data, when it is disposed.</summary>
public interface ISharedStore : IAsyncDisposable
{
    /// <summary>The setting <c>Headroom:Cluster:Provider</c>.</summary>
    string Provider { get; }

    /// <summary>The setting <c>Headroom:Cluster:ConnectionString</c>.</summary>
    string ConnectionString { get; }
}
