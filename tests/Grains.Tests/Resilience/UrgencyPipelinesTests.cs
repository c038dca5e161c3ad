using Headroom.Contracts;
using Headroom.Grains.Resilience;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Registry;
using Polly.Retry;
using Polly.Testing;
using Xunit;

namespace Headroom.Grains.Tests.Resilience;

public sealed class UrgencyPipelinesTests
{
    [Theory]
    [InlineData(Urgency.Optional, 0)]
    [InlineData(Urgency.SafeToFail, 3)]
    [InlineData(Urgency.RiskyToFail, 20)]
    [InlineData(Urgency.MustSucceed, 0)]
    public void Descriptor_OfEachUrgency_IsOneJitteredRetryOrNothing(Urgency urgency, int retries)
    {
        using ServiceProvider services = Services(urgency, retries, out _);
        ResiliencePipelineDescriptor pipeline = Pipeline(services, urgency).GetPipelineDescriptor();

        if (retries == 0)
        {
            Assert.DoesNotContain(
                pipeline.Strategies, strategy => strategy.Options is RetryStrategyOptions<LeaseAnswer>);
            return;
        }

        var retry = Assert.IsType<RetryStrategyOptions<LeaseAnswer>>(Assert.Single(pipeline.Strategies).Options);
        Assert.Equal(retries, retry.MaxRetryAttempts);
        Assert.True(retry.UseJitter);
        Assert.Equal(DelayBackoffType.Exponential, retry.BackoffType);
        Assert.True(pipeline.IsReloadable);
    }

    [Fact]
    public async Task Execute_OutcomeThatCannotChange_IsTriedOnce()
    {
        using ServiceProvider services = Services(Urgency.SafeToFail, 3, out _);
        Assert.Equal(1, await TriesAsync(services, Outcome.UrgencyNotAllowed));
        Assert.Equal(1, await TriesAsync(services, Outcome.Refused));
        Assert.Equal(1, await TriesAsync(services, Outcome.Granted));
        Assert.Equal(4, await TriesAsync(services, Outcome.Waiting));
    }

    [Fact]
    public async Task Execute_TryWithoutTimeLeft_IsTheLast()
    {
        using ServiceProvider services = Services(Urgency.SafeToFail, 3, out _);
        int tries = 0;
        ResilienceContext context = ResilienceContextPool.Shared.Get(TestContext.Current.CancellationToken);

        await Pipeline(services, Urgency.SafeToFail).ExecuteAsync(
            current =>
            {
                current.Properties.Set(UrgencyPipelines.IsLast, ++tries == 2);
                return ValueTask.FromResult(new LeaseAnswer { Outcome = (byte)Outcome.Unavailable });
            },
            context);

        Assert.Equal(2, tries);
        ResilienceContextPool.Shared.Return(context);
    }

    [Fact]
    public async Task Options_Changed_RebuildThePipeline()
    {
        using ServiceProvider services = Services(Urgency.SafeToFail, 3, out IConfigurationRoot configuration);
        Assert.Equal(4, await TriesAsync(services, Outcome.Waiting));

        configuration["MaxRetries"] = "1";
        configuration.Reload();

        Assert.Equal(2, await TriesAsync(services, Outcome.Waiting));
    }

    private static async Task<int> TriesAsync(ServiceProvider services, Outcome outcome)
    {
        int tries = 0;
        await Pipeline(services, Urgency.SafeToFail).ExecuteAsync(
            _ =>
            {
                tries++;
                return ValueTask.FromResult(new LeaseAnswer { Outcome = (byte)outcome });
            },
            TestContext.Current.CancellationToken);
        return tries;
    }

    private static ResiliencePipeline<LeaseAnswer> Pipeline(ServiceProvider services, Urgency urgency) =>
        services.GetRequiredService<ResiliencePipelineProvider<Urgency>>().GetPipeline<LeaseAnswer>(urgency);

    private static ServiceProvider Services(Urgency urgency, int retries, out IConfigurationRoot configuration)
    {
        configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["MaxRetries"] = $"{retries}" })
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddUrgencyPipelines();
        services.Configure<UrgencyPipelineOptions>($"{urgency}", configuration);
        return services.BuildServiceProvider();
    }
}
