namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>SIGSTOP of the store, and SIGCONT.</summary>
internal sealed class StoreFrozen : StoreFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, TimeSpan time)
    {
        cluster.Store.Freeze();
        await ChaosCluster.PauseAsync(time);
        cluster.Store.Thaw();
    }
}
