using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Monitoring;

/// <summary>Registers the host monitor.</summary>
internal static class MonitorServices
{
    /// <summary>
    /// Adds the host monitor, a <see cref="ProcessWitness"/>, and their settings, which are checked when the host
    /// starts. An
    /// <see cref="IMonitorSink"/> and an <see cref="IWatchedContainers"/> must be registered too; a
    /// <see cref="TimeProvider"/> may be.
    /// </summary>
    public static IServiceCollection AddHostMonitor(this IServiceCollection services)
    {
        services.AddOptions<MonitorOptions>().BindConfiguration(MonitorOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<MonitorOptions>, MonitorOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
            new ProcessWitness(provider.GetRequiredService<IOptions<MonitorOptions>>().Value.ProcRoot));
        services.AddSingleton<EarlyRound>();
        services.AddHostedService<HostMonitor>();
        return services;
    }
}
