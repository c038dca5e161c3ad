namespace Headroom.Silo.Chaos;

/// <summary>Numbers by chance that begin at a seed; for any number of threads.</summary>
internal sealed class Chance(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    /// <summary>The next one, 0 to less than 1.</summary>
    public double Next()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
