namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>The network between a silo and everybody else is gone for a time.</summary>
internal sealed class SiloCutOff : SiloFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, int host, Random random)
    {
        TimeSpan time = Some(random, 0.5, 10);
        cluster.Log($"{ChaosCluster.HostName(host)} cut off for {time.TotalSeconds} s");
        await cluster.Network!.CutAsync(host);
        try
        {
            await ChaosCluster.PauseAsync(time);
        }
        finally
        {
            await cluster.Network!.JoinAsync(host);
        }
    }
}
