using Headroom.Support;

namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>SIGKILL of a client process with all its sessions; another one takes its place.</summary>
internal sealed class ClientKilled(int sessions) : IFault
{
    /// <inheritdoc/>
    public async Task StrikeAsync(ChaosCluster cluster, Random random)
    {
        ChildProcess victim;
        lock (cluster.Clients)
        {
            int at = random.Next(cluster.Clients.Count);
            victim = cluster.Clients[at];
            cluster.Clients.RemoveAt(at);
        }

        cluster.Log($"client {victim.Id} killed");
        await victim.KillAsync();
        await victim.DisposeAsync();
        cluster.StartClient(sessions, random.Next());
    }
}
