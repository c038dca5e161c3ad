namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>A fault of one silo, whichever is not struck already.</summary>
internal abstract class SiloFault : IFault
{
    /// <inheritdoc/>
    public async Task StrikeAsync(ChaosCluster cluster, Random random)
    {
        int first = random.Next(ChaosCluster.Hosts);
        for (int next = 0; next < ChaosCluster.Hosts; next++)
        {
            int host = (first + next) % ChaosCluster.Hosts;
            string name = ChaosCluster.HostName(host);
            if (cluster.Claims.TryTake(name))
            {
                try
                {
                    await StrikeAsync(cluster, host, random);
                }
                finally
                {
                    cluster.Claims.Release(name);
                }

                return;
            }
        }
    }

    /// <summary>Strikes and mends the silo of a host, counted from 0.</summary>
    protected abstract Task StrikeAsync(ChaosCluster cluster, int host, Random random);

    /// <summary>A time by chance, in tenths of a second.</summary>
    protected static TimeSpan Some(Random random, double least, double most) =>
        TimeSpan.FromSeconds(Math.Round(least + (random.NextDouble() * (most - least)), 1));
}
