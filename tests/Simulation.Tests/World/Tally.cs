namespace Headroom.Simulation.Tests.World;

/// <summary>What happened how often: a world in which nothing happens finds nothing.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, long> Counts => _counts;

    internal void Count(string what, long times = 1) => _counts[what] = _counts.GetValueOrDefault(what) + times;

    internal void Add(Tally other)
    {
        foreach ((string what, long times) in other._counts)
        {
            Count(what, times);
        }
    }
}
