using Microsoft.Extensions.Options;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Http.Budgets;

/// <summary>A cluster of the one host that this silo is configured for.</summary>
internal sealed class ConfiguredCluster(IOptions<HostSettings> host) : IClusterView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Hosts { get; } = [host.Value.Name];
}
