using System.Net;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Kubernetes.Api;

/// <summary>
/// Follows the pods of this node: lists them, watches from there, and lists again only when the API server no longer
/// knows where the watch was. One call at a time, and a pause after each that failed or ended early.
/// </summary>
internal sealed partial class PodWatch(
    ApiServer server,
    PodSet pods,
    IOptions<KubernetesSettings> settings,
    IOptions<HostSettings> host,
    KubernetesMetrics metrics,
    TimeProvider time,
    ILogger<PodWatch> logger) : BackgroundService
{
    // Long enough to be no load, short enough that a new list comes now and then; not all silos at the same time.
    private static readonly TimeSpan WatchLife = TimeSpan.FromMinutes(5);

    // A watch that lasted for this many first pauses has worked: what ends it is its end, not a failure.
    private const int PausesOfAGoodWatch = 20;

    // Pods that are gone are remembered until the next list: so many, and there is one.
    private const int GoneMax = 10_000;

    private readonly Random _chance = new();
    private readonly string _node = host.Value.Name;
    private string? _version;
    private long? _opened;
    private bool _failing;
    private bool _forbidden;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        KubernetesSettings current = settings.Value;
        var pause = new RetryPause(current.RetryPause, current.RetryPauseMax, _chance);
        TimeSpan waited = TimeSpan.Zero;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                _opened = null;
                ApiException? failure = await FollowAsync(stoppingToken);

                // Of the watch alone: a server that takes its time to fail has not worked.
                TimeSpan lasted = _opened is { } opened ? time.GetElapsedTime(opened) : TimeSpan.Zero;
                if (lasted >= current.RetryPause * PausesOfAGoodWatch)
                {
                    pause.Reset();
                }
                else if (lasted >= waited)
                {
                    pause.Keep();
                }

                if (failure is not null)
                {
                    Failed(failure);
                }

                waited = pause.Next(failure?.RetryAfter);
                await Task.Delay(waited, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops: the way this loop ends.
        }
    }

    // One list if there is need of one, and one watch.
    private async Task<ApiException?> FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            string version = _version ?? await ListAsync(cancellationToken);
            TimeSpan life = WatchLife * (1 + _chance.NextDouble());
            await foreach (WatchLine line in
                server.WatchPodsAsync(_node, version, life, Opened, cancellationToken))
            {
                Take(line);
            }

            return null;
        }
        catch (ApiException failure)
        {
            if (failure.Status is HttpStatusCode.Gone)
            {
                _version = null;
            }

            return failure;
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        metrics.Listed();
        PodList list = await server.ListPodsAsync(_node, cancellationToken);
        if (list.Unread > 0)
        {
            LogUnread(logger, list.Unread, _node);
        }

        pods.Replace(list.Pods);
        return _version = list.ResourceVersion;
    }

    private void Take(WatchLine line)
    {
        if (line.Pod is { } pod && line.Kind == WatchKind.Present)
        {
            pods.Take(pod);
        }
        else if (line.Pod is { } gone)
        {
            pods.Remove(gone);
        }

        _version = pods.GoneCount > GoneMax ? null : line.ResourceVersion ?? _version;
    }

    private void Opened()
    {
        _opened = time.GetTimestamp();
        if (_failing)
        {
            LogRecovered(logger, _node);
        }

        _failing = false;
        _forbidden = false;
    }

    // Said once for each kind of failure until it works again.
    private void Failed(ApiException failure)
    {
        metrics.WatchFailed(failure.Status);
        if (failure.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            if (!_forbidden)
            {
                LogForbidden(logger, _node, failure.Message);
            }

            _forbidden = true;
        }
        else if (failure.Status is not HttpStatusCode.Gone && !_failing)
        {
            LogFailed(logger, _node, failure.Message);
        }

        _failing |= failure.Status is not HttpStatusCode.Gone;
    }
}
