using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Work;

/// <summary>The connection of a child process to the silo.</summary>
internal static class ClusterBudget
{
    // What lies idle in one process is not there for the other, and the container is small.
    private const long IdleCreditBytes = 4 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Connects, when the plan says so.</summary>
    /// <returns>Null in the runs without Headroom.</returns>
    internal static async Task<HeadroomClient?> ConnectAsync(ChildPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Mode != Mode.Headroom)
        {
            return null;
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        HeadroomOptions options = new()
        {
            Host = plan.Host,
            Container = plan.Container,
            Gateway = plan.Gateway,
            MaxIdleCreditBytes = IdleCreditBytes,
        };
        return await HeadroomClient.ConnectAsync(options, cancellationToken: patience.Token);
    }
}
