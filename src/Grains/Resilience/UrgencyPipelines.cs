using Headroom.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;
using Polly.Telemetry;

namespace Headroom.Grains.Resilience;

/// <summary>
/// One pipeline for each urgency, keyed by it. A single retry layer: the wait itself happens in the container's queue,
/// where
/// the request keeps its place between tries, so that freed bytes reach it without a try of its own.
/// </summary>
internal static class UrgencyPipelines
{
    /// <summary>Set by a try that had no time left to wait: it is not followed by another one.</summary>
    public static readonly ResiliencePropertyKey<bool> IsLast = new("headroom.last");

    /// <summary>
    /// Adds the pipelines; their options are named by urgency, and a change of options rebuilds the pipeline.
    /// </summary>
    public static IServiceCollection AddUrgencyPipelines(this IServiceCollection services)
    {
        // A retry is how a wait looks from inside, and nobody would act on a line about it: the metrics count them, and
        // a
        // budget that does not answer is logged by the grain that gave up on it.
        services.Configure<TelemetryOptions>(
            options => options.SeverityProvider = static _ => ResilienceEventSeverity.Debug);
        foreach (Urgency urgency in Enum.GetValues<Urgency>())
        {
            services.AddOptions<UrgencyPipelineOptions>(urgency.ToString());
            services.AddResiliencePipeline<Urgency, LeaseAnswer>(urgency, (builder, context) =>
            {
                string name = context.PipelineKey.ToString();
                context.EnableReloads<UrgencyPipelineOptions>(name);
                builder.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
                Build(builder, context.GetOptions<UrgencyPipelineOptions>(name));
            });
        }

        return services;
    }

    /// <summary>Builds the pipeline of one urgency.</summary>
    /// <param name="builder">What it is added to.</param>
    /// <param name="options">How long and how often.</param>
    /// <param name="chance">For jitter, 0 to less than 1; null for one's own.</param>
    public static void Build(
        ResiliencePipelineBuilder<LeaseAnswer> builder, UrgencyPipelineOptions options, Func<double>? chance = null)
    {
        if (options.MaxRetries == 0)
        {
            return;
        }

        var retry = new RetryStrategyOptions<LeaseAnswer>
        {
            Name = "retry",
            MaxRetryAttempts = options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.BaseDelay,
            MaxDelay = options.MaxDelay,
            ShouldHandle = static arguments => ValueTask.FromResult(
                !arguments.Context.Properties.GetValue(IsLast, false) && CanChange(arguments.Outcome)),
            DelayGenerator = static arguments => ValueTask.FromResult(Delay(arguments.Outcome)),
        };
        retry.Randomizer = chance ?? retry.Randomizer;
        builder.AddRetry(retry);
    }

    // A refusal by policy or quota, and a caller's bug, would be the same on the next try.
    private static bool CanChange(Outcome<LeaseAnswer> outcome) => outcome switch
    {
        { Exception: OperationCanceledException or ArgumentException } => false,
        { Exception: not null } => true,
        { Result: { } answer } => CanChange(answer),
        _ => false,
    };

    /// <summary>Whether the next try may have another answer.</summary>
    public static bool CanChange(LeaseAnswer answer) =>
        (Headroom.Outcome)answer.Outcome is Headroom.Outcome.Waiting or Headroom.Outcome.Unavailable;

    // Whoever still waits has waited in the queue: it goes back there at once. Null means the jittered exponential.
    private static TimeSpan? Delay(Outcome<LeaseAnswer> outcome) =>
        outcome.Result is { } answer && (Headroom.Outcome)answer.Outcome == Headroom.Outcome.Waiting ? TimeSpan.Zero
            : null;
}
