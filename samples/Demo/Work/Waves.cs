namespace Headroom.Samples.Demo.Work;

/// <summary>
/// An appetite that comes in waves: for a third of each there is none, for a third it rises, for a third it stays. The
/// same seed gives the same waves.
/// </summary>
/// <param name="seed">Where chance starts.</param>
/// <param name="mostBytes">The highest wave.</param>
internal sealed class Waves(int seed, long mostBytes)
{
    /// <summary>How long a wave is.</summary>
    internal static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    /// <summary>How much is wanted at a moment after the start.</summary>
    internal long WantedBytes(TimeSpan at)
    {
        double waves = Math.Max(0, at / Length);
        int wave = (int)waves;
        double place = waves - wave;
        double height = 0.6 + (0.4 * new Random(unchecked((seed * 1_000_003) + wave)).NextDouble());
        double share = Math.Clamp((place * 3) - 1, 0, 1);
        return (long)(mostBytes * height * share);
    }
}
