using System.Net;
using Headroom.Silo.Kubernetes.Api;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>Tells the owners of pods what is wrong with them, by Events on the pods.</summary>
internal sealed partial class PodEvents(
    ApiServer server,
    IOptions<HostSettings> host,
    IOptions<KubernetesSettings> settings,
    TimeProvider time,
    ILogger<PodEvents> logger)
{
    private readonly EventBook _book = new();
    private readonly RetryPause _pause = new(settings.Value.RetryPause, settings.Value.RetryPauseMax, new Random());
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private bool _failing;

    /// <summary>
    /// Writes what is new of the notes that stand now. An Event that cannot be written does not end it: it is tried
    /// again with a later call, and no other is tried before.
    /// </summary>
    public async Task TellAsync(IEnumerable<PodNote> notes, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<EventWrite> writes = _book.Take(notes, now);
        foreach (EventWrite write in writes)
        {
            if (now < _notBefore)
            {
                return;
            }

            try
            {
                await WriteAsync(write, cancellationToken);
                Written(write);
            }
            catch (ApiException failure)
            {
                Failed(write, failure);
            }
        }
    }

    private async Task WriteAsync(EventWrite write, CancellationToken cancellationToken)
    {
        string podNamespace = write.Note.Pod.Namespace;
        if (write.Count == 1)
        {
            try
            {
                await server.CreateEventAsync(podNamespace, write.Body(host.Value.Name), cancellationToken);
                return;
            }
            catch (ApiException failure) when (failure.Status is HttpStatusCode.Conflict)
            {
                // It is there already, from before this silo was started.
            }
        }

        try
        {
            await server.PatchEventAsync(podNamespace, write.Name, write.Patch(), cancellationToken);
        }
        catch (ApiException failure) when (failure.Status is HttpStatusCode.NotFound)
        {
            // Events are forgotten after a while.
            await server.CreateEventAsync(podNamespace, write.Body(host.Value.Name), cancellationToken);
        }
    }

    private void Written(EventWrite write)
    {
        _book.Written(write);
        _pause.Reset();
        if (_failing)
        {
            LogRecovered(logger);
        }

        _failing = false;
    }

    private void Failed(EventWrite write, ApiException failure)
    {
        TimeSpan pause = _pause.Next(failure.RetryAfter);
        _book.Failed(write, pause);

        // A namespace that is ending takes no Events: that says nothing of others.
        if (failure.Status is not (HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity))
        {
            _notBefore = write.At + pause;
        }

        if (!_failing)
        {
            LogFailed(
                logger, write.Note.Pod.Namespace, write.Note.Pod.Name, failure.Message, write.Note.Problem.Message);
        }

        _failing = true;
    }
}
