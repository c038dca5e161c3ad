using System.Collections.Immutable;
using CsCheck;
using Headroom.Kubernetes.Tests.Pods;
using Headroom.Silo.Kubernetes.Discovery;
using Headroom.Silo.Kubernetes.Pods;
using Xunit;

namespace Headroom.Kubernetes.Tests.Discovery;

/// <summary>What holds of any plan, whatever pods, cgroups and budgets there are.</summary>
public sealed class DiscoveryPlannerPropertyTests
{
    private static readonly Gen<string> Value =
        OneOf("", "0", "1Mi", "64Mi", "5Gi", "bad", "90", "91", "Optional", "3");

    private static readonly Gen<string> Key = OneOf(
        "guarantee", "guarantee.a", "guarantee.x", "margin", "margin.b", "resize-max", "max-urgency.journal",
        "max-urgency.journal.a", "typo");

    private static readonly Gen<PodContainer> Container =
        from name in OneOf("a", "b", "c")
        from kind in OneOf(ContainerKind.App, ContainerKind.Sidecar, ContainerKind.Init)
        from id in Gen.Int[0, 9]
        from limit in Gen.Int[0, 300]
        from ended in Gen.Bool
        select new PodContainer
        {
            Name = name,
            Kind = kind,
            RunningId = id > 7 ? null : $"id-{id}",
            HasEnded = ended && id > 5,
            WantedLimitBytes = limit == 0 ? null : limit * GivenPod.Mebibyte,
        };

    private static readonly Gen<Pod> OnePod =
        from name in Gen.Int[0, 3]
        from containers in Container.Array[1, 3]
        from notes in Gen.Select(Key, Value).Array[0, 4]
        from whole in Gen.Int[0, 2]
        from ended in Gen.Int[0, 5]
        select new Pod
        {
            Namespace = "shop",
            Name = $"pod-{name}",
            Uid = $"uid-{name}",
            HasEnded = ended == 0,
            PodLimitBytes = whole == 1 ? 400 * GivenPod.Mebibyte : null,
            Containers = [.. containers.DistinctBy(container => container.Name)],
            Annotations = notes.DistinctBy(note => note.Item1).ToImmutableSortedDictionary(
                note => PodAnnotations.Prefix + note.Item1, note => note.Item2, StringComparer.Ordinal),
        };

    private static readonly Gen<DiscoveryView> AnyView =
        from pods in OnePod.Array[0, 4]
        from limits in Gen.Int[0, 400].Array[6]
        from blind in Gen.Int[0, 4]
        select DiscoveryPlannerTests.View([.. pods.DistinctBy(pod => pod.Name)]) with
        {
            Cgroups = blind == 0 ? null : Cgroups(limits),
        };

    // From any budgets that an earlier view left behind, one plan carried out is enough.
    [Fact]
    public void Plan_CarriedOut_LeavesNothingToDo() => Gen.Select(AnyView, AnyView).Sample((before, now) =>
    {
        DiscoveryPlan first = DiscoveryPlanner.Plan(before);
        DiscoveryView view = now with
        {
            Known = DiscoveryPlannerTests.Carry(before.Known, first),
            Annotated = first.Annotated,
        };
        DiscoveryPlan second = DiscoveryPlanner.Plan(view);
        ImmutableSortedDictionary<string, KnownBudget> known = DiscoveryPlannerTests.Carry(view.Known, second);

        DiscoveryPlan third = DiscoveryPlanner.Plan(view with { Known = known, Annotated = second.Annotated });

        Assert.Empty(third.Changes);
        Assert.Equal(second.Notes.Select(note => note.Problem), third.Notes.Select(note => note.Problem));
    });

    [Fact]
    public void Plan_AnyView_KeepsItsBounds() => AnyView.Sample(view =>
    {
        DiscoveryPlan plan = DiscoveryPlanner.Plan(view);
        ImmutableSortedDictionary<string, KnownBudget> known = DiscoveryPlannerTests.Carry(view.Known, plan);
        Assert.All(known.Values, budget =>
        {
            Assert.InRange(budget.LimitBytes, 1, view.CapacityBytes);
            Assert.InRange(budget.GuaranteeBytes, 0, budget.LimitBytes);
            Assert.InRange(budget.MarginPercent ?? view.DefaultMarginPercent, 0, ContainerRules.MaxMarginPercent);
        });
        Assert.All(plan.Changes, change => Assert.DoesNotContain(change.Budget, plan.Forget));
        Assert.All(plan.Notes, note => Assert.InRange(note.Problem.Message.Length, 1, 1024));
    });

    [Fact]
    public void Plan_SameView_SamePlan() => AnyView.Sample(view =>
    {
        DiscoveryPlan first = DiscoveryPlanner.Plan(view);
        DiscoveryPlan again = DiscoveryPlanner.Plan(view with { Pods = [.. view.Pods.Reverse()] });

        Assert.Equal(first.Changes.Select(Text), again.Changes.Select(Text));
        Assert.Equal(first.Notes.Select(note => note.Problem), again.Notes.Select(note => note.Problem));
    });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Dictionary<string, FoundCgroup> Cgroups(int[] limits) =>
        limits.Select((limit, at) => (Id: $"id-{at}", Limit: limit > 300 ? (long?)null : (limit + 1L) << 20))
            .ToDictionary(found => found.Id, found => new FoundCgroup($"/pods/{found.Id}", found.Limit));

    private static string Text(BudgetChange change) =>
        $"{change.Budget} {change.LimitBytes} {change.GuaranteeBytes} {change.MarginPercent} {change.Cgroup} "
        + string.Join(',', change.MaxUrgencies);
}
