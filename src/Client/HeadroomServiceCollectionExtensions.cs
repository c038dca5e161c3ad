using System.Diagnostics.Metrics;
using Headroom;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Headroom to a service collection.</summary>
public static class HeadroomServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="IMemoryBudget"/>, and a hosted service that connects in the background when the host starts
    /// and gives everything back when it stops. The host starts also while the authority is away. An Orleans client or
    /// silo of the application is left alone.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">
    /// Sets options; null for those found by convention. Wrong ones stop the host's start with an
    /// <see cref="OptionsValidationException"/> that names each.
    /// </param>
    /// <returns>The same collection. Adding twice adds once, with both configurations.</returns>
    public static IServiceCollection AddHeadroom(
        this IServiceCollection services, Action<HeadroomOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<HeadroomOptions> options = services.AddOptions<HeadroomOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HeadroomOptions>, HeadroomOptionsValidator>());
        services.TryAddSingleton(provider => HeadroomClient.Create(
            provider.GetRequiredService<IOptions<HeadroomOptions>>().Value,
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<IMemoryBudget>(provider => provider.GetRequiredService<HeadroomClient>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HeadroomService>());
        return services;
    }
}
