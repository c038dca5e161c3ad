using Headroom.Contracts;
using Headroom.Silo.Chaos;
using Headroom.Silo.Options;
using Polly;
using Polly.Simmy.Fault;
using Polly.Simmy.Latency;
using Polly.Simmy.Outcomes;
using Polly.Testing;
using Xunit;

namespace Headroom.Silo.Tests.Chaos;

public sealed class CallChaosTests
{
    [Fact]
    public void Build_AllRates_LateFaultOutcomeAndInnermostTheLostAnswer()
    {
        ResiliencePipelineDescriptor pipeline = Build(new ChaosCallSettings
        {
            FaultRate = 0.1,
            LatencyRate = 0.2,
            LatencyMilliseconds = 30,
            OutcomeRate = 0.3,
            LostAnswerRate = 0.4,
        }).GetPipelineDescriptor();

        Assert.Equal(
            [
                typeof(ChaosLatencyStrategyOptions),
                typeof(ChaosFaultStrategyOptions),
                typeof(ChaosOutcomeStrategyOptions<object?>),
                typeof(LostAnswerOptions),
            ],
            pipeline.Strategies.Select(strategy => strategy.Options!.GetType()));
    }

    [Fact]
    public async Task Execute_LostAnswer_TheCallHappenedAndItsCallerHearsOfAFailure()
    {
        int calls = 0;

        await Assert.ThrowsAsync<BudgetUnavailableException>(async () => await RunAsync(
            Build(new ChaosCallSettings { LostAnswerRate = 1 }), typeof(IContainerBudgetGrain), () => calls++));

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Execute_Fault_TheCallDidNotHappen()
    {
        int calls = 0;

        await Assert.ThrowsAsync<BudgetUnavailableException>(async () => await RunAsync(
            Build(new ChaosCallSettings { FaultRate = 1 }), typeof(IContainerBudgetGrain), () => calls++));

        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Execute_OutcomeOfARequest_IsNotNow()
    {
        int calls = 0;

        object? answer = await RunAsync(
            Build(new ChaosCallSettings { OutcomeRate = 1 }),
            typeof(IContainerBudgetGrain),
            () => calls++,
            nameof(IContainerBudgetGrain.AttemptAsync));

        Assert.Equal((byte)Headroom.Outcome.Unavailable, Assert.IsType<LeaseAnswer>(answer).Outcome);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Execute_SameSeed_SameFaults()
    {
        Assert.Equal(await FaultsAsync(seed: 7), await FaultsAsync(seed: 7));
        Assert.NotEqual(await FaultsAsync(seed: 7), await FaultsAsync(seed: 8));
    }

    private static async Task<string> FaultsAsync(int seed)
    {
        ResiliencePipeline<object?> pipeline = Build(new ChaosCallSettings { FaultRate = 0.5, Seed = seed });
        string faults = "";
        for (int call = 0; call < 64; call++)
        {
            int calls = 0;
            try
            {
                await RunAsync(pipeline, typeof(IContainerBudgetGrain), () => calls++);
            }
            catch (BudgetUnavailableException)
            {
                Assert.Equal(0, calls);
            }

            faults += calls;
        }

        return faults;
    }

    private static ResiliencePipeline<object?> Build(ChaosCallSettings settings) => CallChaos.Build(
        new ResiliencePipelineBuilder<object?>(), settings, new Chance(settings.Seed).Next).Build();

    private static async Task<object?> RunAsync(
        ResiliencePipeline<object?> pipeline, Type grain, Action call, string method = "CloseAsync")
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(TestContext.Current.CancellationToken);
        context.Properties.Set(NotNow.Method, grain.GetMethod(method)!);
        try
        {
            return await pipeline.ExecuteAsync(
                _ =>
                {
                    call();
                    return new ValueTask<object?>(1);
                },
                context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
