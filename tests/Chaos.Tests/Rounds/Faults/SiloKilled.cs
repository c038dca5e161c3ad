namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>SIGKILL of a silo, which starts again after a while.</summary>
internal sealed class SiloKilled : SiloFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, int host, Random random)
    {
        TimeSpan away = Some(random, 0.1, 8);
        cluster.Log($"{ChaosCluster.HostName(host)} killed, back after {away.TotalSeconds} s");
        await cluster.Silos[host].KillAsync();
        await ChaosCluster.PauseAsync(away);
        await cluster.RestartAsync(host);
    }
}
