namespace Headroom.Silo.Kubernetes.Api;

/// <summary>
/// How long to leave the API server alone: twice as long with each failure in a row, never the same as others wait, and
/// never less than it asked for.
/// </summary>
/// <param name="first">The first pause.</param>
/// <param name="most">The longest, unless the API server asks for a longer one.</param>
/// <param name="chance">Where the jitter comes from.</param>
internal sealed class RetryPause(TimeSpan first, TimeSpan most, Random chance)
{
    /// <summary>What the API server may ask for at most: it means to be asked again.</summary>
    public static readonly TimeSpan AskedMax = TimeSpan.FromHours(1);

    private const int DoublingsMax = 20;
    private const double JitterPart = 0.5;

    private int _failures;

    /// <summary>Failures in a row.</summary>
    public int Failures => _failures;

    /// <summary>It worked: the next failure is the first again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>It worked for about as long as the pause before: the next pause is as long again.</summary>
    public void Keep() => _failures = Math.Max(0, _failures - 1);

    /// <summary>It failed once more.</summary>
    /// <param name="asked">What the API server asked for; null when it did not.</param>
    /// <returns>How long to wait: half to all of the doubled pause, and the asked time before that.</returns>
    public TimeSpan Next(TimeSpan? asked = null)
    {
        TimeSpan doubled = first * Math.Pow(2, Math.Min(_failures++, DoublingsMax));
        TimeSpan pause = (doubled < most ? doubled : most) * (1 - (JitterPart * chance.NextDouble()));
        TimeSpan floor = asked is { } wish && wish > TimeSpan.Zero
            ? (wish < AskedMax ? wish : AskedMax) + (first * chance.NextDouble())
            : TimeSpan.Zero;
        return pause > floor ? pause : floor;
    }
}
