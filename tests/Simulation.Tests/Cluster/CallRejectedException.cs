namespace Headroom.Simulation.Tests.Cluster;

/// <summary>The cluster did not deliver a call.</summary>
internal sealed class CallRejectedException(string message) : Exception(message);
