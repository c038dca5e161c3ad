namespace Headroom.Simulation.Tests.Runs;

/// <summary>A process that ran worlds ended, or said something else than what came of them.</summary>
internal sealed class WorkerFailedException(string message) : Exception(message);
