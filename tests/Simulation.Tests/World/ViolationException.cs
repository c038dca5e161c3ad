namespace Headroom.Simulation.Tests.World;

/// <summary>Something that must hold does not.</summary>
internal sealed class ViolationException(string message) : Exception(message);
