namespace Headroom.Grains.Chaos;

/// <summary>Memory of this process that is held on purpose.</summary>
internal interface IMemoryPressure
{
    /// <summary>Takes, touches and holds memory until the time is over.</summary>
    /// <returns>Null, or why nothing was taken.</returns>
    ValueTask<string?> HoldAsync(long bytes, TimeSpan duration);
}
