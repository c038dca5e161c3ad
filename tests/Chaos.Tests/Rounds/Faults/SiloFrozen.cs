using System.ComponentModel;
using Headroom.Support;

namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>SIGSTOP of a silo, sometimes for so long that it is declared dead, and SIGCONT.</summary>
internal sealed class SiloFrozen : SiloFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, int host, Random random)
    {
        TimeSpan time = Some(random, 0.5, 10);
        cluster.Log($"{ChaosCluster.HostName(host)} frozen for {time.TotalSeconds} s");
        try
        {
            PosixKill.Stop(cluster.Silos[host].Process.Id);
            await ChaosCluster.PauseAsync(time);
            PosixKill.Continue(cluster.Silos[host].Process.Id);
        }
        catch (Win32Exception)
        {
            cluster.Log($"{ChaosCluster.HostName(host)} had ended");
        }
    }
}
