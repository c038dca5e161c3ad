using Headroom.Silo.Storage;

namespace Headroom.Silo.Hosting;

/// <summary>
/// Whether this silo should be sent work: it has started, it is not stopping, and its store has answered once. Later on
/// a store that is silent makes no silo unready: it delays only what needs it, and all silos share it.
/// </summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, IStoreProbe store)
{
    private volatile bool _answered;

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

        _answered = _answered || await store.AnswersAsync();
        return _answered ? null : "the store does not answer";
    }
}
