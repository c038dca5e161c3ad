namespace Headroom.Simulation.Tests.Engine;

/// <summary>
/// Seeded chance: the same seed and the same questions give the same answers on any machine, in any release of .NET.
/// </summary>
internal sealed class Chance(ulong seed)
{
    // Steele, Lea and Flood's SplitMix64: one addition and one mix for each number, and any seed is a good one.
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(seed);

    /// <summary>An independent source; the same for the same key, whatever was asked here before.</summary>
    internal Chance Fork(ulong key) => new(seed ^ Mix(key + Step));

    internal ulong Next() => Mix(unchecked(_state += Step));

    /// <summary>0 to less than <paramref name="most"/>.</summary>
    internal int Below(int most) => (int)(Next() % (ulong)most);

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    internal long Between(long least, long most) => least + (long)(Next() % (ulong)(most - least + 1));

    internal TimeSpan Between(TimeSpan least, TimeSpan most) => new(Between(least.Ticks, most.Ticks));

    /// <summary>0 to less than 1.</summary>
    internal double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    internal bool Of(double probability) => Unit() < probability;

    internal T Pick<T>(IReadOnlyList<T> all) => all[Below(all.Count)];

    internal Guid NewId()
    {
        Span<ulong> halves = [Next(), Next()];
        return new Guid(System.Runtime.InteropServices.MemoryMarshal.AsBytes(halves));
    }

    private static ulong Mix(ulong bits)
    {
        bits = unchecked((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9);
        bits = unchecked((bits ^ (bits >> 27)) * 0x94D049BB133111EB);
        return bits ^ (bits >> 31);
    }
}
