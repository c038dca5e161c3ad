namespace Headroom.Simulation.Tests.World;

/// <summary>What became of a world.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Violation">What did not hold; null when all did.</param>
/// <param name="At">When that was found, or when the world ended.</param>
/// <param name="Steps">What happened in it: entries of its agenda.</param>
/// <param name="Hash">Grows with each of them: the same world has the same.</param>
internal sealed record Verdict(ulong Seed, string? Violation, TimeSpan At, long Steps, ulong Hash)
{
    internal Tally Tally { get; init; } = new();
}
