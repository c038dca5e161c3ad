using Headroom.Contracts;
using Headroom.Silo.Options;
using Polly;
using Polly.Simmy;
using Polly.Simmy.Fault;
using Polly.Simmy.Latency;
using Polly.Simmy.Outcomes;

namespace Headroom.Silo.Chaos;

/// <summary>
/// Lets calls of the budgets' grains fail on purpose, as often as the settings say. Looking at budgets and setting them
/// up is left alone, so that what happened can be looked at.
/// </summary>
internal sealed class CallChaos : IIncomingGrainCallFilter
{
    // Those whose loss the protocol must survive.
    private static readonly HashSet<string> Methods = new(StringComparer.Ordinal)
    {
        nameof(IHostBudgetGrain.JoinAsync), nameof(IHostBudgetGrain.AllotAsync), nameof(IHostBudgetGrain.MarkLentAsync),
        nameof(IContainerBudgetGrain.OpenAsync), nameof(IContainerBudgetGrain.ExchangeAsync),
        nameof(IContainerBudgetGrain.CloseAsync), nameof(IContainerBudgetGrain.AttemptAsync),
        nameof(IContainerBudgetGrain.RenewLeaseAsync), nameof(IContainerBudgetGrain.ReleaseLeaseAsync),
        nameof(IContainerBudgetGrain.CancelAsync), nameof(IContainerBudgetGrain.OrderAsync),
        nameof(IContainerBudgetGrain.BorrowedAsync), nameof(ISubsystemGrain.AcquireAsync),
        nameof(IReserveGrain.LendAsync), nameof(IReserveGrain.RenewAsync), nameof(IReserveGrain.ReleaseAsync),
    };

    private readonly ResiliencePipeline<object?> _pipeline;

    public CallChaos(ChaosCallSettings settings, TimeProvider time)
    {
        var chance = new Chance(settings.Seed);
        var builder = new ResiliencePipelineBuilder<object?> { TimeProvider = time };
        _pipeline = Build(builder, settings, chance.Next).Build();
    }

    /// <summary>Adds the strategies: late, failed, answered otherwise, and innermost the lost answer.</summary>
    public static ResiliencePipelineBuilder<object?> Build(
        ResiliencePipelineBuilder<object?> builder, ChaosCallSettings settings, Func<double> chance) => builder
        .AddChaosLatency(new ChaosLatencyStrategyOptions
        {
            Name = "late",
            InjectionRate = settings.LatencyRate,
            Latency = TimeSpan.FromMilliseconds(settings.LatencyMilliseconds),
            Randomizer = chance,
        })
        .AddChaosFault(new ChaosFaultStrategyOptions
        {
            Name = "fault",
            InjectionRate = settings.FaultRate,
            Randomizer = chance,
            FaultGenerator =
                static _ => new ValueTask<Exception?>(new BudgetUnavailableException("A fault on purpose.")),
        })
        .AddChaosOutcome(new ChaosOutcomeStrategyOptions<object?>
        {
            Name = "outcome",
            InjectionRate = settings.OutcomeRate,
            Randomizer = chance,
            OutcomeGenerator = static arguments => new ValueTask<Outcome<object?>?>(NotNow.For(arguments.Context)),
        })
        .AddLostAnswer(settings.LostAnswerRate, chance);

    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType?.Namespace != typeof(IHostBudgetGrain).Namespace
            || !Methods.Contains(context.InterfaceMethod.Name))
        {
            await context.Invoke();
            return;
        }

        // On the grain's own scheduler: Polly would leave it otherwise.
        ResilienceContext chaos = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true);
        chaos.Properties.Set(NotNow.Method, context.InterfaceMethod);
        try
        {
            context.Result = await _pipeline.ExecuteAsync(
                static async (_, call) =>
                {
                    await call.Invoke();
                    return call.Result;
                },
                chaos,
                context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(chaos);
        }
    }
}
