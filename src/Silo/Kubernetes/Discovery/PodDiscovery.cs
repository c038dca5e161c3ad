using System.Collections.Immutable;
using Headroom.Contracts;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Silo.Kubernetes.Resize;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>
/// Keeps the budgets of this node's host in step with its pods: looks, has a plan made, carries it out. Again whenever
/// the pods change, and now and then, for cgroups change without a word.
/// </summary>
internal sealed partial class PodDiscovery(
    PodSet pods,
    PodEvents events,
    AskedLimits asked,
    IGrainFactory grains,
    IOptions<KubernetesSettings> settings,
    IOptions<MonitorOptions> monitor,
    IOptions<HostSettings> host,
    IOptions<DefaultSettings> defaults,
    KubernetesMetrics metrics,
    TimeProvider time,
    ILogger<PodDiscovery> logger) : BackgroundService
{
    private const string GuaranteeField = "guaranteeBytes";

    // Budgets that are read at once: enough to hide the way there.
    private const int ReadsAtOnce = 32;

    // Changes that come together are one pass: a pod's start is several.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly PodCgroups _cgroups = new(monitor.Value.ProcRoot, monitor.Value.SysRoot);
    private IReadOnlyDictionary<string, ImmutableSortedSet<string>> _annotated =
        ImmutableSortedDictionary<string, ImmutableSortedSet<string>>.Empty;

    private bool _failing;
    private bool _blind;

    private IHostBudgetGrain Budget => grains.GetGrain<IHostBudgetGrain>(host.Value.Name);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                Task changed = pods.Changed;
                if (pods.IsKnown)
                {
                    await TryPassAsync(stoppingToken);
                }

                await Task.WhenAny(changed, Task.Delay(settings.Value.Interval, time, stoppingToken));
                await Task.Delay(Gather, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops: the way this loop ends.
        }
    }

    // Grains fail in many ways, and the next pass does it all anew.
    private async Task TryPassAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PassAsync(cancellationToken);
            if (_failing)
            {
                LogRecovered(logger);
            }

            _failing = false;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
            {
                LogFailed(logger, error);
            }

            _failing = true;
        }
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        IReadOnlyCollection<Pod> seen = pods.Pods;
        asked.KeepOnly(seen.Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal));
        HostView view = await Budget.GetAsync(cancellationToken);
        DiscoveryPlan plan = DiscoveryPlanner.Plan(new DiscoveryView
        {
            Pods = seen,
            Cgroups = Cgroups(seen),
            Known = await KnownAsync(view, cancellationToken),
            Annotated = _annotated,
            Asked = asked.All,
            CapacityBytes = view.CapacityBytes,
            DefaultMarginPercent = defaults.Value.MarginPercent,
            DefaultLimitBytes = defaults.Value.ContainerLimitBytes,
            DefaultMaxUrgency = defaults.Value.MaxUrgency,
        });

        List<PodNote> notes = [.. plan.Notes];
        foreach (BudgetChange change in plan.Changes)
        {
            await ApplyAsync(change, view.Containers, notes, cancellationToken);
        }

        _annotated = plan.Annotated;
        foreach (string budget in plan.Forget)
        {
            if (await Budget.ForgetContainerAsync(budget, cancellationToken))
            {
                LogForgotten(logger, budget);
            }
        }

        await events.TellAsync(notes, cancellationToken);
    }

    private Dictionary<string, FoundCgroup>? Cgroups(IReadOnlyCollection<Pod> seen)
    {
        string[] running =
            [.. seen.SelectMany(pod => pod.Budgeted).Select(container => container.RunningId).OfType<string>()];
        if (running.Length == 0)
        {
            metrics.Seen(seen.Count, 0);
            return [];
        }

        Reading<Dictionary<string, FoundCgroup>> found = _cgroups.Find(running.ToHashSet(StringComparer.Ordinal));
        if (found.Value is null && !_blind)
        {
            LogCgroupsNotFound(logger, found.Failure!);
        }
        else if (found.Value is not null && _blind)
        {
            LogCgroupsFound(logger);
        }

        _blind = found.Value is null;
        metrics.Seen(seen.Count, running.Length - (found.Value?.Count ?? 0));
        return found.Value;
    }

    private async Task<Dictionary<string, KnownBudget>> KnownAsync(HostView view, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, KnownBudget>(StringComparer.Ordinal);
        foreach (string[] names in view.Containers.Where(BudgetName.IsOfPod).Chunk(ReadsAtOnce))
        {
            ContainerTerms?[] terms = await Task.WhenAll(
                names.Select(name => Budget.GetContainerAsync(name, cancellationToken).AsTask()));
            foreach ((string name, ContainerTerms? term) in names.Zip(terms))
            {
                if (term is not null)
                {
                    known[name] = Known(term);
                }
            }
        }

        return known;
    }

    private static KnownBudget Known(ContainerTerms terms) => new(
        terms.Settings.LimitBytes ?? 0,
        terms.Settings.GuaranteeBytes ?? 0,
        terms.Settings.MarginPercent,
        terms.Settings.Cgroup ?? "",
        terms.Settings.OwnLimitBytes ?? 0,
        terms.Settings.ResizeMaxBytes ?? 0,
        terms.Policies.ToImmutableSortedDictionary(
            policy => policy.Key, policy => (Urgency)(policy.Value.MaxUrgency ?? 0), StringComparer.Ordinal));

    private async Task ApplyAsync(
        BudgetChange change, string[] containers, List<PodNote> notes, CancellationToken cancellationToken)
    {
        if (change.ChangesContainer)
        {
            var wanted = new ContainerSettings
            {
                LimitBytes = change.LimitBytes,
                GuaranteeBytes = change.GuaranteeBytes,
                MarginPercent = change.MarginPercent,
                Cgroup = change.Cgroup,
                OwnLimitBytes = change.OwnLimitBytes,
                ResizeMaxBytes = change.ResizeMaxBytes,
            };
            if (await ConfigureAsync(change, wanted, notes, cancellationToken)
                && change.LimitBytes is { } limit && !containers.Contains(change.Budget))
            {
                LogDeclared(logger, change.Budget, limit);
            }
        }

        foreach ((string subsystem, Urgency urgency) in change.MaxUrgencies)
        {
            Refused(
                change,
                await Budget.ConfigureSubsystemAsync(
                    change.Budget, subsystem, new SubsystemPolicy { MaxUrgency = (byte)urgency }, cancellationToken),
                notes);
        }
    }

    // What cannot be promised must not keep the limit from being known: without the guarantee, then, and without the
    // one that it had when that does not go with the new limit.
    private async Task<bool> ConfigureAsync(
        BudgetChange change, ContainerSettings wanted, List<PodNote> notes, CancellationToken cancellationToken)
    {
        foreach (long? guarantee in (IEnumerable<long?>)[wanted.GuaranteeBytes, null, 0])
        {
            ContainerSettings tried = wanted with { GuaranteeBytes = guarantee };
            if (tried == new ContainerSettings())
            {
                return false;
            }

            ConfigureAnswer answer = await Budget.ConfigureContainerAsync(change.Budget, tried, cancellationToken);
            Refused(change, answer, notes);
            if (answer.Field != GuaranteeField)
            {
                return answer.Error is null;
            }
        }

        return false;
    }

    // Without the range that the host names: it moves, and each of its values would be another Event.
    private void Refused(BudgetChange change, ConfigureAnswer answer, List<PodNote> notes)
    {
        if (answer.Error is not { } error)
        {
            return;
        }

        LogRefused(logger, answer.Field ?? "", change.Budget, error);
        if (change.Pod is { } pod)
        {
            notes.Add(new PodNote(pod, answer.Field == GuaranteeField
                ? new PodProblem(
                    PodProblem.GuaranteeRefused,
                    $"The guarantee of {change.Budget} is more than this node has not guaranteed to others. "
                    + "It is not used.")
                : new PodProblem(
                    PodProblem.SettingRefused, $"The node's host did not take {answer.Field} of {change.Budget}.")));
        }
    }
}
