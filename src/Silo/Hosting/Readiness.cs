using Headroom.Silo.Storage;

namespace Headroom.Silo.Hosting;

/// <summary>Whether this silo should be sent work: it has started, it is not stopping, and its store answers.</summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, IStoreProbe store)
{
    /// <summary>Why the silo is not ready; null when it is.</summary>
    public async ValueTask<string?> WhyNotAsync()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return "draining";
        }

        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return "starting";
        }

        return await store.AnswersAsync() ? null : "the store does not answer";
    }
}
