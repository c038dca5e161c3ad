using System.Buffers;
using Headroom;
using Headroom.Buffers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds leased buffers to a service collection.</summary>
public static class LeasedMemoryPoolServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="LeasedMemoryPool"/>, also as the application's <see cref="MemoryPool{T}"/> of bytes.
    /// Needs <see cref="IMemoryBudget"/>, which <c>AddHeadroom</c> registers.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="subsystem">The name of the subsystem whose bytes they are.</param>
    /// <param name="urgency">What a refusal does to whoever rents; below must-succeed.</param>
    /// <returns>The same collection. What was added before stays.</returns>
    public static IServiceCollection AddHeadroomMemoryPool(
        this IServiceCollection services, string subsystem, Urgency urgency)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new LeasedMemoryPool(
            provider.GetRequiredService<IMemoryBudget>().Subsystem(subsystem), urgency));
        services.TryAddSingleton<MemoryPool<byte>>(provider => provider.GetRequiredService<LeasedMemoryPool>());
        return services;
    }
}
