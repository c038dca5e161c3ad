namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>Each piece of what the store and the silos say to each other comes late.</summary>
internal sealed class StoreSlow : StoreFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, TimeSpan time)
    {
        cluster.Proxy.Delay = TimeSpan.FromMilliseconds(100 + (time.Milliseconds / 2));
        await ChaosCluster.PauseAsync(time);
        cluster.Proxy.Delay = TimeSpan.Zero;
    }
}
