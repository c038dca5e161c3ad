using System.Text.Json.Serialization;

namespace Headroom.Simulation.Tests.World;

/// <summary>What happened how often: a world in which nothing happens finds nothing.</summary>
[JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
internal sealed class Tally
{
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    internal void Count(string what, long times = 1) => Counts[what] = Counts.GetValueOrDefault(what) + times;

    internal void Add(Tally other)
    {
        foreach ((string what, long times) in other.Counts)
        {
            Count(what, times);
        }
    }
}
