using Microsoft.Extensions.Options;

namespace Headroom.Silo.Options;

/// <summary>Makes the settings injectable.</summary>
internal static class SettingsRegistration
{
    /// <summary>
    /// Registers each feature's settings as <c>IOptions</c> and <c>IOptionsMonitor</c>, bound to its section under
    /// <c>Headroom</c> and validated at start and on each reload.
    /// </summary>
    public static IServiceCollection AddHeadroomSettings(this IServiceCollection services) => services
        .AddSection<HostSettings>(nameof(HeadroomSettings.Host))
        .AddSection<UrgencySettings>(nameof(HeadroomSettings.Urgency))
        .AddSection<SessionSettings>(nameof(HeadroomSettings.Session))
        .AddSection<DefaultSettings>(nameof(HeadroomSettings.Defaults))
        .AddSection<ClusterSettings>(nameof(HeadroomSettings.Cluster))
        .AddSection<StoreSettings>(nameof(HeadroomSettings.Store))
        .AddSection<ChaosSettings>(nameof(HeadroomSettings.Chaos))
        .AddSection<KubernetesSettings>(nameof(HeadroomSettings.Kubernetes));

    private static IServiceCollection AddSection<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration($"{SettingsReader.Root}:{section}").ValidateOnStart();
        return services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(section));
    }
}
