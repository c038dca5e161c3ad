namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>A fault of the store, if none is there.</summary>
internal abstract class StoreFault : IFault
{
    private const string Store = "store";

    /// <inheritdoc/>
    public async Task StrikeAsync(ChaosCluster cluster, Random random)
    {
        if (!cluster.Claims.TryTake(Store))
        {
            return;
        }

        try
        {
            var time = TimeSpan.FromMilliseconds(random.Next(300, 8_000));
            cluster.Log($"store: {GetType().Name} for {time.TotalSeconds} s");
            await StrikeAsync(cluster, time);
        }
        finally
        {
            cluster.Claims.Release(Store);
        }
    }

    /// <summary>Strikes, waits, mends.</summary>
    protected abstract Task StrikeAsync(ChaosCluster cluster, TimeSpan time);
}
