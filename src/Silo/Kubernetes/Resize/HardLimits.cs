using System.Threading.Channels;
using Headroom.Contracts;
using Headroom.Grains;
using Headroom.Silo.Monitoring;
using Microsoft.Extensions.Options;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>
/// Brings about the hard limits that the budgets of this node want, and tells each budget what became of its wish. One
/// change of a container is under way at a time, and a wish ends the one before it.
/// </summary>
/// <remarks>
/// A wish that was not met is tried again, ever more seldom, until it is met or another one comes: what was deferred
/// may come into effect by itself, and a limit that could not go back while it was used has to, later.
/// </remarks>
internal sealed partial class HardLimits(
    IPodLimits pods,
    IGrainFactory grains,
    EarlyRound rounds,
    IOptions<HostSettings> host,
    TimeProvider time,
    ILogger<HardLimits> logger) : BackgroundService, IHardLimits
{
    /// <summary>Before the first further try; twice as long before each other one.</summary>
    public static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(2);

    /// <summary>No pause is longer.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);

    private readonly Channel<Wish> _wishes = Channel.CreateUnbounded<Wish>();

    /// <inheritdoc/>
    public void Want(string host, string container, long limitBytes)
    {
        // A stand-in's wishes are for another node's kubelet.
        if (host == Host)
        {
            _wishes.Writer.TryWrite(new Wish(container, limitBytes));
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new Dictionary<string, (CancellationTokenSource Replaced, Task Done)>(StringComparer.Ordinal);
        try
        {
            await foreach (Wish wish in _wishes.Reader.ReadAllAsync(stoppingToken))
            {
                foreach ((string container, (CancellationTokenSource over, Task done)) in underWay)
                {
                    if (done.IsCompleted)
                    {
                        underWay.Remove(container);
                        over.Dispose();
                    }
                }

                Task before = Task.CompletedTask;
                if (underWay.TryGetValue(wish.Container, out (CancellationTokenSource Replaced, Task Done) known))
                {
                    await known.Replaced.CancelAsync();
                    before = known.Done;
                }

                var replaced = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                underWay[wish.Container] = (replaced, BringAboutAsync(wish, before, replaced.Token));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops: the way this loop ends.
        }

        await Task.WhenAll(underWay.Values.Select(change => change.Done));
    }

    private string Host => host.Value.Name;

    private async Task BringAboutAsync(Wish wish, Task before, CancellationToken replaced)
    {
        await before;
        TimeSpan pause = PauseMin;
        try
        {
            while (!await TryAsync(wish, replaced))
            {
                await Task.Delay(pause, time, replaced);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
        catch (OperationCanceledException) when (replaced.IsCancellationRequested)
        {
            // Another wish, or the end of the silo.
        }
    }

    // Returns whether there is nothing left to do.
    private async Task<bool> TryAsync(Wish wish, CancellationToken replaced)
    {
        try
        {
            LimitChange change = pods.IsSettledAt(wish.Container, wish.LimitBytes)
                ? new LimitChange(LimitOutcome.InEffect, "it was so already")
                : await pods.SetAsync(wish.Container, wish.LimitBytes, replaced);
            bool met = change.Outcome == LimitOutcome.InEffect;
            var result = new ResizeResult { LimitBytes = wish.LimitBytes, Refused = met ? null : change.Message };
            await grains.GetGrain<IContainerBudgetGrain>($"{Host}/{wish.Container}").ResizedAsync(result, replaced);
            if (met)
            {
                // The word alone grants nothing: the cgroup has to show it.
                rounds.Ask();
            }

            return met || change.Outcome is LimitOutcome.Gone or LimitOutcome.NotAllowed;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !replaced.IsCancellationRequested)
        {
            LogFailed(logger, wish.Container, wish.LimitBytes, failure);
            return false;
        }
    }

    private readonly record struct Wish(string Container, long LimitBytes);
}
