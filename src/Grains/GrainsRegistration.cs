using Headroom.Grains.Events;
using Headroom.Grains.Lending;
using Headroom.Grains.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Headroom.Grains;

/// <summary>
/// Registers what the grains need beside a <see cref="BudgetOptions"/> and a <see cref="TimeProvider"/>.
/// </summary>
public static class GrainsRegistration
{
    /// <summary>The name of the meter of all budgets.</summary>
    public const string MeterName = "Headroom";

    /// <summary>
    /// Adds the clock, the metrics and the pipelines of the urgencies. Options of a pipeline are
    /// <see cref="UrgencyPipelineOptions"/> with the urgency's name.
    /// </summary>
    public static IServiceCollection AddHeadroomGrains(this IServiceCollection services)
    {
        services.AddSingleton<MonotonicClock>();
        services.AddSingleton<BudgetMetrics>();
        services.AddSingleton<EventHub>();
        services.TryAddSingleton<ILoanBroker, NoLenders>();
        services.TryAddSingleton<IHardLimits, NoHardLimits>();
        return services.AddUrgencyPipelines();
    }

    /// <summary>
    /// Adds what lends to other hosts and borrows from them. Needs an <see cref="IPledgedMemory"/> and an
    /// <see cref="Placement.IHostDirectory"/>. The silo has to be added before, so that it is there to be asked.
    /// </summary>
    public static IServiceCollection AddHeadroomLending(this IServiceCollection services)
    {
        services.AddOptions<LendingOptions>();
        services.AddSingleton<PledgeView>();
        services.AddSingleton<Lender>();
        services.AddHostedService(provider => provider.GetRequiredService<Lender>());
        services.AddHostedService<PledgeGossip>();
        return services.AddSingleton<ILoanBroker, LoanBroker>();
    }
}
