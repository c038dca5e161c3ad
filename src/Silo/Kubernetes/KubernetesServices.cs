using Headroom.Grains;
using Headroom.Silo.Kubernetes.Api;
using Headroom.Silo.Kubernetes.Discovery;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Silo.Kubernetes.Resize;
using Headroom.Silo.Options;

namespace Headroom.Silo.Kubernetes;

/// <summary>Registers discovery and resizing.</summary>
internal static class KubernetesServices
{
    /// <summary>Adds them when this host is a node of a Kubernetes cluster; nothing otherwise.</summary>
    /// <exception cref="SettingsRefusedException">The settings do not lead to an API server.</exception>
    public static IServiceCollection AddKubernetes(this IServiceCollection services, KubernetesSettings settings)
    {
        if (!settings.Enabled)
        {
            return services;
        }

        k8s.KubernetesClientConfiguration configuration = ApiConnection.Configure(settings);
        services.AddSingleton(provider =>
            new ApiServer(configuration, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PodSet>();
        services.AddSingleton<PodEvents>();
        services.AddSingleton<KubernetesMetrics>();
        services.AddSingleton<AskedLimits>();
        services.AddSingleton<IPodLimits, PodLimits>();
        services.AddSingleton<HardLimits>();
        services.AddSingleton<IHardLimits>(provider => provider.GetRequiredService<HardLimits>());
        services.AddHostedService(provider => provider.GetRequiredService<HardLimits>());
        services.AddHostedService<PodWatch>();
        services.AddHostedService<PodDiscovery>();
        return services;
    }
}
