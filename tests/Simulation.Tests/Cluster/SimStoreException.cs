namespace Headroom.Simulation.Tests.Cluster;

/// <summary>The store did not do what it was asked, or did not say so.</summary>
internal sealed class SimStoreException(string message) : Exception(message);
