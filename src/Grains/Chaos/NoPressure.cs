namespace Headroom.Grains.Chaos;

/// <summary>Where faults on purpose are not enabled.</summary>
internal sealed class NoPressure : IMemoryPressure
{
    /// <inheritdoc/>
    public ValueTask<string?> HoldAsync(long bytes, TimeSpan duration) =>
        new("faults on purpose are not enabled at the silo of this host");
}
