namespace Headroom.Silo.Hosting;

/// <summary>
/// Runs the drain steps when the host begins to stop. The host calls this before it stops any service, so the steps
/// still have all of the silo to work with.
/// </summary>
internal sealed partial class Drain(IEnumerable<IDrainStep> steps, TimeProvider time, ILogger<Drain> logger)
    : IHostedLifecycleService
{
    /// <summary>
    /// The time for all steps together. A third of what a stop may take: what was promised to clients is on disk
    /// already, so that a drain cut short loses courtesy and no state.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        IDrainStep[] all = [.. steps];
        LogDraining(all.Length);
        await Task.WhenAll(all.Select(step => RunAsync(step, linked.Token)));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The steps are other people's code: whatever one throws, the others still run and the silo still stops.
    private async Task RunAsync(IDrainStep step, CancellationToken cancellationToken)
    {
        try
        {
            await step.DrainAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception error)
        {
            LogStepFailed(step.GetType().Name, error);
        }
    }
}
