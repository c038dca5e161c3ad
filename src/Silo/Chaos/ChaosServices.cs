using Headroom.Grains.Chaos;
using Headroom.Silo.Options;

namespace Headroom.Silo.Chaos;

/// <summary>Registers faults on purpose, where they are enabled.</summary>
internal static class ChaosServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddChaos(this IServiceCollection services, ChaosSettings settings)
    {
        if (!settings.Enabled)
        {
            return services.AddSingleton<IMemoryPressure, NoPressure>();
        }

        if (settings.Calls.IsAny())
        {
            services.AddSingleton<IIncomingGrainCallFilter>(provider =>
                new CallChaos(settings.Calls, provider.GetRequiredService<TimeProvider>()));
        }

        return services.AddSingleton<IMemoryPressure, HeldMemory>();
    }
}
