namespace Headroom.Silo.Options;

/// <summary>Where the cluster keeps its members and its durable state.</summary>
internal enum ClusterProvider
{
    /// <summary>One silo, with the store embedded in its process.</summary>
    Local,

    /// <summary>A Redis-compatible server that all silos share.</summary>
    Redis,

    /// <summary>A PostgreSQL database that all silos share.</summary>
    PostgreSql,
}
