using Headroom.Grains;
using Headroom.Grains.Resilience;
using Headroom.Silo.Chaos;
using Headroom.Silo.Hosting;
using Headroom.Silo.Kubernetes;
using Headroom.Silo.Lending;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Budgets;

/// <summary>Joins the settings, the grains and the monitor.</summary>
internal static class BudgetServices
{
    // The host confirms every third of it and hands on what is left; a container asks every second. With less, a second
    // of a
    // busy machine would stop grants for no reason.
    private static readonly TimeSpan AuthorityLeaseMin = TimeSpan.FromSeconds(6);

    /// <summary>Adds the budgets of this silo's host, and the monitor that corrects them toward reality.</summary>
    public static IServiceCollection AddBudgets(this IServiceCollection services, HeadroomSettings settings)
    {
        services.AddSingleton(provider => Options(settings, provider.GetRequiredService<HostSizes>()));
        services.AddHeadroomGrains();
        foreach (Urgency urgency in Enum.GetValues<Urgency>())
        {
            services.AddOptions<UrgencyPipelineOptions>(urgency.ToString())
                .Configure<IOptionsMonitor<UrgencySettings>>(
                    (options, current) => Fill(options, current.CurrentValue[urgency]));
            services.AddSingleton<IOptionsChangeTokenSource<UrgencyPipelineOptions>>(provider =>
                new ConfigurationChangeTokenSource<UrgencyPipelineOptions>(
                    urgency.ToString(), provider.GetRequiredService<IConfiguration>()));
        }

        services.AddHostMonitor();
        services.AddLending(settings.Cluster);
        services.AddHeadroomLending();
        services.AddChaos(settings.Chaos);
        services.AddKubernetes(settings.Kubernetes);
        services.AddSingleton<MachineSink>();
        services.AddSingleton<IMonitorSink>(provider => provider.GetRequiredService<MachineSink>());
        services.AddSingleton<IWatchedContainers>(provider => provider.GetRequiredService<MachineSink>());
        services.AddSingleton<IDrainStep, GrantDrain>();
        return services;
    }

    private static BudgetOptions Options(HeadroomSettings settings, HostSizes sizes) => new()
    {
        Host = new HostDefaults(
            sizes.CapacityBytes, sizes.ReserveBytes, sizes.PledgedBytes, settings.Defaults.ContainerLimitBytes),
        HostFloors = Floors(settings.Urgency, level => level.HostFloorPercent),
        ContainerFloors = Floors(settings.Urgency, level => level.ContainerFloorPercent),
        SessionTtl = settings.Session.Ttl,
        MaxLeaseTtl = settings.Session.MaxLeaseTtl,
        MarginPercent = settings.Defaults.MarginPercent,
        DefaultMaxUrgency = settings.Defaults.MaxUrgency,
        AuthorityLease = settings.Session.AuthorityLease
            ?? (settings.Session.Ttl > AuthorityLeaseMin ? settings.Session.Ttl : AuthorityLeaseMin),
    };

    private static FloorPolicy Floors(UrgencySettings urgencies, Func<UrgencyLevelSettings, int> percent) =>
        new(percent(urgencies.Optional), percent(urgencies.SafeToFail), percent(urgencies.RiskyToFail));

    private static void Fill(UrgencyPipelineOptions options, UrgencyLevelSettings level)
    {
        options.Wait = TimeSpan.FromSeconds(level.WaitSeconds);
        options.MaxRetries = level.MaxRetries;
        options.BaseDelay = TimeSpan.FromMilliseconds(level.BaseDelayMilliseconds);
        options.MaxDelay = TimeSpan.FromMilliseconds(level.MaxDelayMilliseconds);
    }
}
