using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Work;

/// <summary>The connection of a child process to the silo.</summary>
internal static class ClusterBudget
{
    // Of the limit: what lies idle in one process is not there for the other.
    private const int IdleCreditShare = 96;
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
            MaxIdleCreditBytes = plan.LimitBytes / IdleCreditShare,
        };
        return await HeadroomClient.ConnectAsync(options, cancellationToken: patience.Token);
    }
}
