namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>Nothing gets from one silo to another one, while clients and store reach both.</summary>
internal sealed class SilosParted : SiloFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, int host, Random random)
    {
        int other = (host + 1 + random.Next(ChaosCluster.Hosts - 1)) % ChaosCluster.Hosts;
        TimeSpan time = Some(random, 0.5, 10);
        cluster.Log($"nothing from {ChaosCluster.HostName(host)} to {ChaosCluster.HostName(other)} "
            + $"for {time.TotalSeconds} s");
        await cluster.Network!.CutAsync(host, other);
        try
        {
            await ChaosCluster.PauseAsync(time);
        }
        finally
        {
            await cluster.Network!.JoinAsync(host, other);
        }
    }
}
