using System.ComponentModel;
using Headroom.Support;

namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>SIGSTOP of a client process, mostly past its TTL, and SIGCONT.</summary>
internal sealed class ClientFrozen : IFault
{
    /// <inheritdoc/>
    public async Task StrikeAsync(ChaosCluster cluster, Random random)
    {
        var time = TimeSpan.FromMilliseconds(random.Next(500, 6_000));
        ChildProcess victim;
        lock (cluster.Clients)
        {
            victim = cluster.Clients[random.Next(cluster.Clients.Count)];
        }

        cluster.Log($"client {victim.Id} frozen for {time.TotalSeconds} s");
        try
        {
            PosixKill.Stop(victim.Id);
            await ChaosCluster.PauseAsync(time);
            PosixKill.Continue(victim.Id);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            // Another fault killed it meanwhile.
            cluster.Log("it was killed meanwhile");
        }
    }
}
