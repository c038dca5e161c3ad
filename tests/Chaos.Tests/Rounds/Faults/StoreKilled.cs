namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>SIGKILL of the store, which starts again with its data.</summary>
internal sealed class StoreKilled : StoreFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, TimeSpan time)
    {
        await cluster.Store.KillAsync();
        await ChaosCluster.PauseAsync(time);
        await cluster.Store.RestartAsync();
    }
}
