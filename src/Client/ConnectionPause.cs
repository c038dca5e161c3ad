namespace Headroom;

/// <summary>Waits between tries to connect: growing, and never at the same moment as other clients.</summary>
internal sealed class ConnectionPause(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly Random _chance = new();
    private TimeSpan _next = First;

    internal Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = _next * (0.5 + (0.5 * _chance.NextDouble()));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return Task.Delay(pause, time, cancellationToken);
    }
}
