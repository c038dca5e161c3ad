using Headroom.Contracts;
using Headroom.Grains.Placement;
using Orleans.Concurrency;

namespace Headroom.Grains.Chaos;

/// <summary>The door to the memory that this process holds on purpose; it has no state.</summary>
[Reentrant, HostAffinity]
internal sealed class PressureGrain(IMemoryPressure pressure, IHostDirectory hosts) : Grain, IPressureGrain
{
    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string host = BudgetKey.Split(this.GetPrimaryKeyString(), 1)[0];
        return host == hosts.Local
            ? Task.CompletedTask
            : throw new BudgetUnavailableException($"The silo of host {host} is not up: its memory cannot be taken.");
    }

    /// <inheritdoc/>
    public ValueTask<string?> HoldAsync(long bytes, TimeSpan duration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return pressure.HoldAsync(bytes, duration);
    }
}
