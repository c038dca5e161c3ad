using Headroom.Contracts;
using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.Clients;

/// <summary>A client's observer, as an authority has it: its nudges travel and get lost as everything else.</summary>
internal sealed class SimObserver(SimCluster cluster, SimClient client) : ISessionObserver
{
    public Task NudgeAsync(Guid session)
    {
        if (cluster.SiloOf(client.Plan.Container.Host) is { } silo)
        {
            cluster.Network.Send(
                silo.Process, client.Process, () => client.Process.Post(() => client.Nudged(session)));
        }

        return Task.CompletedTask;
    }

    /// <summary>The simulation looks into its clients itself.</summary>
    public Task<HolderView?> LookAsync(Guid session) => Task.FromResult<HolderView?>(null);
}
