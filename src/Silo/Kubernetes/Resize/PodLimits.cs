using Headroom.Silo.Kubernetes.Api;
using Headroom.Silo.Kubernetes.Discovery;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>Changes limits by in-place resize, and follows what the kubelet makes of it.</summary>
internal sealed partial class PodLimits(
    ApiServer server,
    PodSet pods,
    AskedLimits asked,
    IOptions<KubernetesSettings> settings,
    KubernetesMetrics metrics,
    TimeProvider time,
    ILogger<PodLimits> logger) : IPodLimits
{
    // Of the same call, when the API server is busy, away, or the pod changes at the same time.
    private const int TriesMax = 5;

    // A look is worth no more: whoever waits has waited for the kubelet already.
    private static readonly TimeSpan LookTime = TimeSpan.FromSeconds(2);

    private readonly Random _chance = new();

    /// <inheritdoc/>
    public long? MostBytes(string container) => Find(container) is var (pod, found)
        ? new PodAnnotations(pod).Of(found.Name).ResizeMaxBytes
        : null;

    /// <inheritdoc/>
    public long? LimitBytes(string container) => Find(container) is var (_, found) ? found.LimitBytes : null;

    /// <inheritdoc/>
    public bool IsSettledAt(string container, long limitBytes) => Find(container) is var (_, found)
        && found.WantedLimitBytes == limitBytes && found.ActualLimitBytes == limitBytes;

    /// <inheritdoc/>
    public async Task<LimitChange> SetAsync(string container, long limitBytes, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitBytes);
        LimitChange change = await ChangeAsync(container, limitBytes, ct);
        metrics.Resized(change.Outcome);
        LogChange(logger, container, limitBytes, change.Outcome, change.Message);
        return change;
    }

    private async Task<LimitChange> ChangeAsync(string container, long limitBytes, CancellationToken ct)
    {
        if (Find(container) is not var (pod, found))
        {
            return new LimitChange(LimitOutcome.Gone, $"this node has no container {container}");
        }

        if (MostBytes(container) is var most && ResizeRequest.Obstacle(pod, found, most) is { } obstacle)
        {
            return new LimitChange(LimitOutcome.NotAllowed, obstacle);
        }

        if (limitBytes > most)
        {
            return new LimitChange(
                LimitOutcome.NotAllowed,
                $"{limitBytes} bytes are more than headroom.io/resize-max allows, which is {most}");
        }

        var request = new ResizeRequest(found.Name, limitBytes);
        using CancellationTokenSource limit = new(settings.Value.ResizeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            (Pod? accepted, LimitChange? refused) = await AskAsync(pod, request, either.Token);
            return refused ?? await FollowAsync(accepted!, request, ct, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new LimitChange(
                LimitOutcome.Unreachable,
                $"the API server did not do it within {settings.Value.ResizeTimeout.TotalSeconds:0.#} s");
        }
    }

    private (Pod Pod, PodContainer Container)? Find(string budget) =>
        BudgetName.TrySplit(budget, out string podNamespace, out string name, out string container)
        && pods.Find(podNamespace, name) is { } pod
        && pod.Containers.FirstOrDefault(found => found.Name == container) is { } known
            ? (pod, known)
            : null;

    // The amount is absolute, so that a repeated patch does no harm.
    private async Task<(Pod? Accepted, LimitChange? Refused)> AskAsync(
        Pod pod, ResizeRequest request, CancellationToken ct)
    {
        var pause = new RetryPause(settings.Value.RetryPause, settings.Value.RetryPauseMax, _chance);
        Pod current = pod;
        for (int tries = 1; ; tries++)
        {
            try
            {
                asked.Note(pod.Uid, request.Container, request.LimitBytes);
                return (await server.PatchResizeAsync(
                    pod.Namespace, pod.Name, request.Patch(current), ct), null);
            }
            catch (ApiException failure) when (ResizeRefusal.IsPassing(failure) && tries < TriesMax)
            {
                await Task.Delay(pause.Next(failure.RetryAfter), time, ct);
            }
            catch (ApiException failure)
            {
                return (null, ResizeRefusal.Of(failure));
            }

            // A conflict may be that of another pod of the same name.
            if (await ReadAsync(pod, ct) is { } read)
            {
                if (read.Uid != pod.Uid)
                {
                    return (null, new LimitChange(LimitOutcome.Gone, "there is another pod of that name now"));
                }

                current = read;
            }
        }
    }

    private async Task<LimitChange> FollowAsync(
        Pod accepted, ResizeRequest request, CancellationToken ct, CancellationToken limit)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit);
        if (Settled(accepted, request) is { } atOnce)
        {
            return atOnce;
        }

        while (!either.IsCancellationRequested)
        {
            Task changed = pods.Changed;
            Pod? seen = pods.Find(accepted.Namespace, accepted.Name);
            if (seen?.Uid != accepted.Uid)
            {
                return new LimitChange(LimitOutcome.Gone, "the pod is gone");
            }

            if (request.Judge(seen, accepted.Generation) is { } end && seen.ResourceVersion != accepted.ResourceVersion)
            {
                return end;
            }

            await changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        ct.ThrowIfCancellationRequested();

        // The watch may be away while the kubelet is not.
        return await ReadAsync(accepted, ct) is { } last && request.Judge(last, accepted.Generation) is { } late
            ? late
            : new LimitChange(LimitOutcome.InProgress, "the kubelet has not finished it yet");
    }

    // What the API server answers is of before the kubelet's word, but for a limit that is in effect already.
    private static LimitChange? Settled(Pod accepted, ResizeRequest request) =>
        request.Judge(accepted, accepted.Generation) is { Outcome: LimitOutcome.InEffect } change ? change : null;

    private async Task<Pod?> ReadAsync(Pod pod, CancellationToken ct)
    {
        using CancellationTokenSource limit = new(LookTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await server.GetResizeAsync(pod.Namespace, pod.Name, either.Token);
        }
        catch (Exception failure) when (failure is ApiException
            || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The next patch will tell, or nobody.
            return null;
        }
    }
}
