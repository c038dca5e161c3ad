namespace Headroom.Bench;

/// <summary>The peer: a grain that does nothing, on the same silo, called over the same connection.</summary>
[Alias("headroom.bench.IEmptyGrain")]
public interface IEmptyGrain : IGrainWithStringKey
{
    [Alias("Call")]
    ValueTask CallAsync();
}
