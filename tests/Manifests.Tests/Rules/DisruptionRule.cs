using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>
/// Silos do not give way: they have a priority of their own, below that of the system, and a budget that a DaemonSet
/// can have, which is a number.
/// </summary>
internal static class DisruptionRule
{
    // From here on values are the system's.
    private const int SystemPriority = 1_000_000_000;

    public static IEnumerable<string> Check(ManifestSet set)
    {
        if (set.Silo is not { } silo)
        {
            yield break;
        }

        V1PodDisruptionBudget[] budgets =
        [
            .. set.Of<V1PodDisruptionBudget>().Where(budget => set
                .Selected(budget.Metadata.NamespaceProperty, budget.Spec.Selector.MatchLabels).Contains(silo)),
        ];
        if (budgets.Length != 1)
        {
            yield return $"{silo.Name} has {budgets.Length} disruption budgets";
        }
        else if (budgets[0].Spec.MaxUnavailable is not null
            || !int.TryParse(budgets[0].Spec.MinAvailable?.Value, out int least) || least < 1)
        {
            yield return $"{silo.Name} has a disruption budget that is not a number of pods";
        }

        V1PriorityClass? priority = set.Of<V1PriorityClass>()
            .SingleOrDefault(one => one.Metadata.Name == silo.Pod.PriorityClassName);
        if (priority is not { Value: > 0 and < SystemPriority } || priority.GlobalDefault == true)
        {
            yield return $"{silo.Name} has no priority of its own";
        }

        if (silo.Pod.Tolerations?.Any(one => one is { OperatorProperty: "Exists", Key: null, Effect: null }) != true)
        {
            yield return $"{silo.Name} is not on every node";
        }
    }
}
