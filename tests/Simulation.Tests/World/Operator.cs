using Headroom.Contracts;
using Headroom.Simulation.Tests.Cluster;
using Headroom.Simulation.Tests.Engine;

namespace Headroom.Simulation.Tests.World;

/// <summary>Declares a container and its subsystems, again and again until each was heard.</summary>
internal sealed class Operator(SimWorld world, ContainerPlan container)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly SimProcess _process = new(world.Simulator, $"operator {container.Key}", "elsewhere", 0);
    private readonly GrainKey _host = new(GrainKind.Host, container.Host);
    private bool _isSilent;

    internal void Declare() => Change(container.LimitBytes, container.GuaranteeBytes, container.QuotaBytes, 0);

    /// <summary>Says nothing more, heard or not. Copies of what it said may still be on their way.</summary>
    internal void Stop() => _isSilent = true;

    /// <summary>Sets limit, guarantee and quota, and then the policies from one on.</summary>
    internal void Change(long limit, long guarantee, long? quota, int firstPolicy) => Say(
        grain => grain.ConfigureContainerAsync(
            container.Name,
            new ContainerSettings
            {
                LimitBytes = limit,
                GuaranteeBytes = guarantee,
                MustSucceedQuotaBytes = quota,
                Cgroup = container.HasCgroup ? container.Name : null,
            },
            default),
        () => Declare(firstPolicy));

    private void Declare(int policy)
    {
        if (policy < container.Subsystems.Count)
        {
            SubsystemRow row = container.Subsystems[policy];
            Say(
                grain => grain.ConfigureSubsystemAsync(
                    container.Name,
                    row.Name,
                    new SubsystemPolicy
                    {
                        MaxUrgency = (byte)row.MaxUrgency,
                        EmergencyCreditBytes = row.EmergencyCreditBytes,
                        LastResort = (byte)row.LastResort,
                        LastResortAfter = row.LastResortAfter,
                    },
                    default),
                () => Declare(policy + 1));
        }
    }

    private void Say(Func<IHostBudgetGrain, ValueTask<ConfigureAnswer>> what, Action then)
    {
        bool over = false;
        world.Simulator.After(Limit, () => _process.Post(() => Again()));
        if (world.Cluster.LiveSilos.FirstOrDefault() is { } gateway)
        {
            world.Cluster.Network.Send(
                _process, gateway.Process, () => gateway.Process.Post(() => _ = RelayAsync(gateway)));
        }

        async Task RelayAsync(SimSilo gateway)
        {
            try
            {
                await new GrainCall<IHostBudgetGrain, ConfigureAnswer>(world.Cluster, gateway, _host, "Configure", what)
                    .Begin(default);
            }
            catch (Exception)
            {
                // Weighed where it was thrown; said again when the time is over.
                return;
            }

            world.Cluster.Network.Send(gateway.Process, _process, () => _process.Post(Heard));
        }

        void Heard()
        {
            if (!over)
            {
                over = true;
                then();
            }
        }

        void Again()
        {
            if (!over && !_isSilent)
            {
                over = true;
                Say(what, then);
            }
        }
    }
}
