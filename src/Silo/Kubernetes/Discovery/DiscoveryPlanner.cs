using System.Collections.Immutable;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Silo.Kubernetes.Resize;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>
/// Decides how to bring budgets in step with pods. Same view, same plan; a plan that was carried out leaves nothing to
/// do.
/// </summary>
internal static class DiscoveryPlanner
{
    /// <summary>Makes the plan.</summary>
    public static DiscoveryPlan Plan(DiscoveryView view)
    {
        var changes = new SortedDictionary<string, BudgetChange>(StringComparer.Ordinal);
        var annotated = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedSet<string>>(
            StringComparer.Ordinal);
        var alive = new HashSet<string>(StringComparer.Ordinal);
        List<PodNote> notes = [];
        foreach (Pod pod in view.Pods.OrderBy(pod => pod.Namespace, StringComparer.Ordinal)
            .ThenBy(pod => pod.Name, StringComparer.Ordinal))
        {
            var annotations = new PodAnnotations(pod);
            var problems = new List<PodProblem>(pod.HasEnded ? [] : annotations.Problems);
            long? share = SharedLimit(pod, problems);
            foreach (PodContainer container in pod.Budgeted)
            {
                if (BudgetName.Of(pod.Namespace, pod.Name, container.Name) is not { } name)
                {
                    problems.Add(new(
                        PodProblem.NameTooLong,
                        $"Container {container.Name} has no budget: namespace, pod and container together "
                        + $"are longer than {ResourceName.MaxLength - 2} characters."));
                    continue;
                }

                alive.Add(name);
                ContainerWish wish = annotations.Of(container.Name);
                BudgetChange change = Change(view, name, pod, container, share, wish, problems);
                if (!change.IsEmpty)
                {
                    changes[name] = change;
                }

                if (!wish.MaxUrgencies.IsEmpty)
                {
                    annotated[name] = [.. wish.MaxUrgencies.Keys];
                }
            }

            notes.AddRange(problems.Distinct().Select(problem => new PodNote(pod, problem)));
        }

        string[] gone =
        [
            .. view.Known.Keys.Where(name => BudgetName.IsOfPod(name) && !alive.Contains(name))
                .Order(StringComparer.Ordinal),
        ];
        foreach (string name in gone)
        {
            BudgetChange change = Retire(name, view.Known[name]);
            if (!change.IsEmpty)
            {
                changes[name] = change;
            }
        }

        // Guarantees that are given up first: others may be waiting for them.
        IEnumerable<BudgetChange> ordered = changes.Values.OrderBy(
            change => change.GuaranteeBytes > (view.Known.GetValueOrDefault(change.Budget)?.GuaranteeBytes ?? 0));
        return new DiscoveryPlan([.. ordered], [.. gone], [.. notes], annotated.ToImmutable());
    }

    /// <summary>What is left of a hard limit for ordinary urgencies.</summary>
    public static long WithoutMargin(long hardLimitBytes, int marginPercent) =>
        Math.Max(1, hardLimitBytes - (hardLimitBytes / 100 * marginPercent));

    private static BudgetChange Change(
        DiscoveryView view,
        string name,
        Pod pod,
        PodContainer container,
        long? share,
        ContainerWish wish,
        List<PodProblem> problems)
    {
        KnownBudget? known = view.Known.GetValueOrDefault(name);
        FoundCgroup? cgroup =
            container.RunningId is { } id && view.Cgroups is { } found ? found.GetValueOrDefault(id) : null;
        int margin = wish.MarginPercent ?? view.DefaultMarginPercent;
        long? hard = HardLimit(container, cgroup, share);
        long most = ResizeRequest.Obstacle(pod, container, wish.ResizeMaxBytes) is null
            ? wish.ResizeMaxBytes ?? 0
            : 0;
        long own = OwnLimit(view, pod, container, known, most);

        // What ordinary urgencies may reach, and with room for what the hard limit may be raised to: the budget itself
        // keeps them below its owner's limit.
        long ordinary = Limit(view, own > 0 ? Math.Min(own, hard ?? own) : hard, margin);
        long limit = most > (hard ?? long.MaxValue) ? Limit(view, most, margin) : Limit(view, hard, margin);
        long guarantee = wish.GuaranteeBytes ?? 0;
        if (guarantee > ordinary)
        {
            problems.Add(new(
                PodProblem.BadAnnotation,
                $"The guarantee of container {container.Name} is not used: {guarantee} bytes are more than its limit "
                + $"less {margin} %, or than the node has. The default applies."));
            guarantee = 0;
        }

        // Where cgroups cannot be looked for, what is known stays. Where they can, a cgroup that is not there is none:
        // the host's own reading bears witness then.
        string path = view.Cgroups is null ? known?.Cgroup ?? "" : cgroup?.Path ?? "";
        return new BudgetChange(name, pod)
        {
            LimitBytes = known?.LimitBytes == limit ? null : limit,
            GuaranteeBytes = (known?.GuaranteeBytes ?? 0) == guarantee ? null : guarantee,
            MarginPercent = (known?.MarginPercent ?? view.DefaultMarginPercent) == margin ? null : margin,
            Cgroup = (known?.Cgroup ?? "") == path ? null : path,
            OwnLimitBytes = (known?.OwnLimitBytes ?? 0) == own ? null : own,
            ResizeMaxBytes = (known?.ResizeMaxBytes ?? 0) == most ? null : most,
            MaxUrgencies = Urgencies(view, name, known, wish),
        };
    }

    private static long? HardLimit(PodContainer container, FoundCgroup? cgroup, long? share)
    {
        long? hard = cgroup is null ? container.LimitBytes : cgroup.HardLimitBytes;
        return container.WantedLimitBytes is null && share is { } part
            ? Math.Min(hard ?? long.MaxValue, part)
            : hard;
    }

    private static long Limit(DiscoveryView view, long? hard, int margin) => Math.Min(
        hard is { } bytes ? WithoutMargin(bytes, margin) : view.DefaultLimitBytes ?? view.CapacityBytes,
        view.CapacityBytes);

    // A limit that was raised for must-succeed is not what the owner gave it: that is what was known before. Where none
    // may be raised, the real one is the owner's.
    private static long OwnLimit(
        DiscoveryView view, Pod pod, PodContainer container, KnownBudget? known, long most)
    {
        long wanted = container.WantedLimitBytes ?? 0;
        bool isOurs = container.IsWantedByUs
            || (view.Asked.TryGetValue((pod.Uid, container.Name), out long asked) && asked == wanted);
        return isOurs && known is { OwnLimitBytes: > 0 } before && wanted > 0 ? before.OwnLimitBytes
            : most > 0 ? wanted
            : 0;
    }

    // What an annotation no longer says goes back to the default; what an operator declared and no annotation ever said
    // stays.
    private static ImmutableSortedDictionary<string, Urgency> Urgencies(
        DiscoveryView view, string name, KnownBudget? known, ContainerWish wish)
    {
        IEnumerable<KeyValuePair<string, Urgency>> dropped =
            (view.Annotated.GetValueOrDefault(name) ?? [])
                .Where(subsystem => !wish.MaxUrgencies.ContainsKey(subsystem))
                .Select(subsystem => KeyValuePair.Create(subsystem, view.DefaultMaxUrgency));
        return wish.MaxUrgencies.AddRange(dropped)
            .Where(pair => known is null
                || !known.MaxUrgencies.TryGetValue(pair.Key, out Urgency current) || current != pair.Value)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    // With a limit of the pod, the cgroup of each container that has none of its own shows the pod's. Each would take
    // it for its own; so each has an equal part.
    private static long? SharedLimit(Pod pod, List<PodProblem> problems)
    {
        PodContainer[] sharing = [.. pod.Budgeted.Where(container => container.WantedLimitBytes is null)];
        if (pod.PodLimitBytes is not { } whole || sharing.Length == 0)
        {
            return null;
        }

        long own = pod.Budgeted.Sum(container => container.WantedLimitBytes ?? 0);
        if (sharing.Length > 1)
        {
            problems.Add(new(
                PodProblem.SharedLimit,
                $"{sharing.Length} containers have no memory limit of their own: each may have an equal part of what "
                + "the pod's limit leaves. Give them limits to divide it otherwise."));
        }

        return Math.Max(1, (whole - own) / sharing.Length);
    }

    // Its cgroup is gone, too: what it held is seen gone by the host's reading.
    private static BudgetChange Retire(string name, KnownBudget known) => new(name, Pod: null)
    {
        GuaranteeBytes = known.GuaranteeBytes == 0 ? null : 0,
        Cgroup = known.Cgroup.Length == 0 ? null : "",
        ResizeMaxBytes = known.ResizeMaxBytes == 0 ? null : 0,
    };
}
