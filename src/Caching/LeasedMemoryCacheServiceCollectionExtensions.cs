using Headroom;
using Headroom.Caching;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a leased memory cache to a service collection.</summary>
public static class LeasedMemoryCacheServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="LeasedMemoryCache"/>, and makes it the application's <see cref="IMemoryCache"/> in
    /// place of any that was registered before. Needs <see cref="IMemoryBudget"/>, which <c>AddHeadroom</c> registers.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">
    /// Sets options; null for the defaults. Wrong ones stop the host's start with an
    /// <see cref="OptionsValidationException"/> that names each.
    /// </param>
    /// <returns>The same collection. Adding twice adds once, with both configurations.</returns>
    public static IServiceCollection AddHeadroomMemoryCache(
        this IServiceCollection services, Action<LeasedMemoryCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<LeasedMemoryCacheOptions> options =
            services.AddOptions<LeasedMemoryCacheOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor
            .Singleton<IValidateOptions<LeasedMemoryCacheOptions>, LeasedMemoryCacheOptionsValidator>());
        services.TryAddSingleton(provider =>
        {
            LeasedMemoryCacheOptions values = provider.GetRequiredService<IOptions<LeasedMemoryCacheOptions>>().Value;
            return new LeasedMemoryCache(
                provider.GetRequiredService<IMemoryBudget>().Subsystem(values.Subsystem),
                values,
                provider.GetService<ILoggerFactory>());
        });
        services.Replace(ServiceDescriptor.Singleton<IMemoryCache>(
            provider => provider.GetRequiredService<LeasedMemoryCache>()));
        return services;
    }
}
