using Headroom.Grains.Placement;

namespace Headroom.Silo.Http.Budgets;

/// <summary>
/// Every host that the cluster's membership lists. One whose silo is dead is among them: another silo answers for it,
/// for as long as the membership remembers it, which is a week.
/// </summary>
internal sealed class KnownHosts(IHostDirectory directory) : IClusterView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Hosts => directory.Hosts;

    /// <inheritdoc/>
    public bool IsUp(string host) => directory.IsUp(host);
}
