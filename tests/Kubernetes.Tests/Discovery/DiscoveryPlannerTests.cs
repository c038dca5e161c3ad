using System.Collections.Immutable;
using Headroom.Kubernetes.Tests.Pods;
using Headroom.Silo.Kubernetes.Discovery;
using Headroom.Silo.Kubernetes.Pods;
using Xunit;

namespace Headroom.Kubernetes.Tests.Discovery;

public sealed class DiscoveryPlannerTests
{
    private const long Mebibyte = GivenPod.Mebibyte;
    private const string App = "shop:orders-0:app";

    [Fact]
    public void Plan_NewPod_DeclaresLimitLessMarginOfTheRealLimitAndItsCgroup()
    {
        BudgetChange change = Assert.Single(Plan(View([GivenPod.With("app")], ("id-app", 200 * Mebibyte))).Changes);

        Assert.Equal(App, change.Budget);
        Assert.Equal(200 * Mebibyte - (200 * Mebibyte / 100 * 10), change.LimitBytes);
        Assert.Equal("/pods/id-app", change.Cgroup);
        Assert.Null(change.GuaranteeBytes);
        Assert.Null(change.MarginPercent);
    }

    [Fact]
    public void Plan_NothingChanged_IsEmpty()
    {
        DiscoveryView view = View([GivenPod.With("app")], ("id-app", 200 * Mebibyte));

        DiscoveryPlan again = Plan(view with { Known = Carry(view.Known, Plan(view)) });

        Assert.Empty(again.Changes);
        Assert.Empty(again.Forget);
        Assert.Empty(again.Notes);
    }

    [Fact]
    public void Plan_CgroupNotFound_TakesTheLimitThatTheApiReportsAndNoCgroup()
    {
        BudgetChange change = Assert.Single(Plan(View([GivenPod.With("app")])).Changes);

        Assert.Equal(90 * Mebibyte, change.LimitBytes);
        Assert.Null(change.Cgroup);
    }

    [Fact]
    public void Plan_CgroupsCannotBeLookedFor_LeavesThoseThatAreKnown()
    {
        DiscoveryView view = View([GivenPod.With("app")], ("id-app", 100 * Mebibyte));
        ImmutableSortedDictionary<string, KnownBudget> known = Carry(view.Known, Plan(view));

        Assert.Empty(Plan(view with { Known = known, Cgroups = null }).Changes);
    }

    [Fact]
    public void Plan_RestartedContainer_GetsItsNewCgroupAndUntilThenNone()
    {
        Pod pod = GivenPod.With("app");
        DiscoveryView view = View([pod], ("id-app", 100 * Mebibyte));
        ImmutableSortedDictionary<string, KnownBudget> known = Carry(view.Known, Plan(view));

        Pod waits = pod with { Containers = [pod.Containers[0] with { RunningId = null }] };
        BudgetChange none = Assert.Single(
            Plan(View([waits], ("id-app", 100 * Mebibyte)) with { Known = known }).Changes);
        Assert.Equal("", none.Cgroup);
        Assert.Null(none.LimitBytes);

        Pod again = pod with { Containers = [pod.Containers[0] with { RunningId = "id-new" }] };
        BudgetChange next = Assert.Single(
            Plan(View([again], ("id-new", 100 * Mebibyte)) with { Known = known }).Changes);
        Assert.Equal("/pods/id-new", next.Cgroup);
        Assert.Equal(App, next.Budget);
    }

    [Fact]
    public void Plan_PodGone_TakesGuaranteeAndCgroupAwayAndForgetsIt()
    {
        DiscoveryView view = View(
            [GivenPod.With("app").Annotated("guarantee", "1Mi")], ("id-app", 100 * Mebibyte));
        ImmutableSortedDictionary<string, KnownBudget> known = Carry(view.Known, Plan(view));

        DiscoveryPlan plan = Plan(view with { Pods = [], Known = known });

        Assert.Equal([App], plan.Forget);
        BudgetChange change = Assert.Single(plan.Changes);
        Assert.Null(change.Pod);
        Assert.Equal(0, change.GuaranteeBytes);
        Assert.Equal("", change.Cgroup);
    }

    [Fact]
    public void Plan_PodThatHasEnded_IsGone()
    {
        DiscoveryView view = View([GivenPod.With("app")], ("id-app", 100 * Mebibyte));
        ImmutableSortedDictionary<string, KnownBudget> known = Carry(view.Known, Plan(view));

        Assert.Equal([App], Plan(view with { Pods = [GivenPod.With("app") with { HasEnded = true }], Known = known })
            .Forget);
    }

    [Fact]
    public void Plan_BudgetsThatAreNoPods_AreLeftAlone()
    {
        DiscoveryView view = View([]);
        KnownBudget own = new(1, 1, null, "/x", 0, 0, ImmutableSortedDictionary<string, Urgency>.Empty);

        DiscoveryPlan plan = Plan(view with
        {
            Known = new Dictionary<string, KnownBudget> { ["orders"] = own, ["a:b"] = own, ["a::b"] = own },
        });

        Assert.Empty(plan.Changes);
        Assert.Empty(plan.Forget);
    }

    [Fact]
    public void Plan_Annotations_SetGuaranteeMarginAndUrgencies()
    {
        Pod pod = GivenPod.With("app").Annotated(
            "guarantee", "10Mi", "margin", "50", "max-urgency.journal", "2");
        DiscoveryPlan plan = Plan(View([pod], ("id-app", 100 * Mebibyte)));

        BudgetChange change = Assert.Single(plan.Changes);
        Assert.Equal(10 * Mebibyte, change.GuaranteeBytes);
        Assert.Equal(50, change.MarginPercent);
        Assert.Equal(50 * Mebibyte, change.LimitBytes);
        Assert.Equal(Urgency.RiskyToFail, change.MaxUrgencies["journal"]);
        Assert.Equal(["journal"], plan.Annotated[App]);
    }

    [Fact]
    public void Plan_AnnotationsTakenAway_DefaultsApplyAndWhatAnOperatorDeclaredStays()
    {
        Pod pod = GivenPod.With("app").Annotated("guarantee", "10Mi", "margin", "50", "max-urgency.journal", "2");
        DiscoveryView view = View([pod], ("id-app", 100 * Mebibyte));
        DiscoveryPlan first = Plan(view);
        ImmutableSortedDictionary<string, KnownBudget> known = Carry(view.Known, first);
        known = known.SetItem(
            App, known[App] with { MaxUrgencies = known[App].MaxUrgencies.Add("own", Urgency.Optional) });

        BudgetChange change = Assert.Single(Plan(
            View([GivenPod.With("app")], ("id-app", 100 * Mebibyte))
                with
            { Known = known, Annotated = first.Annotated }).Changes);

        Assert.Equal(0, change.GuaranteeBytes);
        Assert.Equal(10, change.MarginPercent);
        KeyValuePair<string, Urgency> urgency = Assert.Single(change.MaxUrgencies);
        Assert.Equal(KeyValuePair.Create("journal", Urgency.MustSucceed), urgency);
    }

    [Fact]
    public void Plan_GuaranteeAboveTheLimit_IsToldAndNotUsed()
    {
        DiscoveryPlan plan = Plan(View(
            [GivenPod.With("app").Annotated("guarantee", "95Mi")], ("id-app", 100 * Mebibyte)));

        Assert.Equal(PodProblem.BadAnnotation, Assert.Single(plan.Notes).Problem.Reason);
        Assert.Null(Assert.Single(plan.Changes).GuaranteeBytes);
    }

    [Fact]
    public void Plan_NoLimit_IsTheHostsCapacityOrTheDefault()
    {
        DiscoveryView view = View([GivenPod.With("app")], ("id-app", null));

        Assert.Equal(1024 * Mebibyte, Assert.Single(Plan(view).Changes).LimitBytes);
        Assert.Equal(
            7 * Mebibyte,
            Assert.Single(Plan(view with { DefaultLimitBytes = 7 * Mebibyte }).Changes).LimitBytes);
    }

    [Fact]
    public void Plan_LimitAboveTheHostsCapacity_IsTheCapacity() => Assert.Equal(
        1024 * Mebibyte,
        Assert.Single(Plan(View([GivenPod.With("app")], ("id-app", 9999 * Mebibyte))).Changes).LimitBytes);

    [Fact]
    public void Plan_NameTooLong_IsToldAndNotManaged()
    {
        Pod pod = GivenPod.With("app") with { Name = new string('n', 253) };
        DiscoveryPlan plan = Plan(View([pod], ("id-app", 100 * Mebibyte)));

        Assert.Empty(plan.Changes);
        Assert.Equal(PodProblem.NameTooLong, Assert.Single(plan.Notes).Problem.Reason);
    }

    [Fact]
    public void Plan_PodLevelLimit_IsDividedAmongThoseWithoutTheirOwn()
    {
        Pod pod = GivenPod.With("app", "log", "own");
        pod = pod with
        {
            PodLimitBytes = 500 * Mebibyte,
            Containers =
            [
                .. pod.Containers.Select(container => container.Name == "own"
                    ? container
                    : container with { WantedLimitBytes = null, ActualLimitBytes = null }),
            ],
        };
        DiscoveryPlan plan = Plan(View(
            [pod], ("id-app", 500 * Mebibyte), ("id-log", 500 * Mebibyte), ("id-own", 100 * Mebibyte)));

        Assert.Equal(
            [180, 180, 90],
            plan.Changes.Select(change => (int)Math.Round(change.LimitBytes!.Value / (double)Mebibyte)));
        Assert.Equal(PodProblem.SharedLimit, Assert.Single(plan.Notes).Problem.Reason);
    }

    [Fact]
    public void Plan_PodLevelLimitAndOneContainer_IsItsLimitAndNoNews()
    {
        Pod pod = GivenPod.With("app");
        pod = pod with
        {
            PodLimitBytes = 500 * Mebibyte,
            Containers = [pod.Containers[0] with { WantedLimitBytes = null, ActualLimitBytes = null }],
        };
        DiscoveryPlan plan = Plan(View([pod], ("id-app", 500 * Mebibyte)));

        Assert.Equal(450, Math.Round(Assert.Single(plan.Changes).LimitBytes!.Value / (double)Mebibyte));
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public void Plan_MirrorPod_HasABudgetAsAnyOther() => Assert.Single(
        Plan(View([GivenPod.With("app") with { IsMirror = true }], ("id-app", 100 * Mebibyte))).Changes);

    [Fact]
    public void Plan_GuaranteesGivenUpAndRising_ThoseGivenUpGoFirst()
    {
        Pod rising = GivenPod.With("app").Annotated("guarantee", "50Mi") with { Name = "a" };
        KnownBudget gone = new(
            100 * Mebibyte, 50 * Mebibyte, null, "/x", 0, 0, ImmutableSortedDictionary<string, Urgency>.Empty);
        DiscoveryPlan plan = Plan(View([rising], ("id-app", 100 * Mebibyte)) with
        {
            Known = new Dictionary<string, KnownBudget> { ["shop:z:app"] = gone },
        });

        Assert.Equal(["shop:z:app", "shop:a:app"], plan.Changes.Select(change => change.Budget));
    }

    [Fact]
    public void Plan_MayBeRaised_HasRoomForThatAndItsOwnersLimit()
    {
        Pod pod = GivenPod.With("app").Annotated("resize-max", "300Mi", "guarantee", "89Mi");
        BudgetChange change = Assert.Single(Plan(View([pod], ("id-app", 100 * Mebibyte))).Changes);

        Assert.Equal(DiscoveryPlanner.WithoutMargin(300 * Mebibyte, 10), change.LimitBytes);
        Assert.Equal(100 * Mebibyte, change.OwnLimitBytes);
        Assert.Equal(300 * Mebibyte, change.ResizeMaxBytes);
        Assert.Equal(89 * Mebibyte, change.GuaranteeBytes);
    }

    [Fact]
    public void Plan_GuaranteeWithinTheRaisedLimitOnly_IsNotUsed()
    {
        Pod pod = GivenPod.With("app").Annotated("resize-max", "300Mi", "guarantee", "95Mi");

        Assert.Equal(
            PodProblem.BadAnnotation,
            Assert.Single(Plan(View([pod], ("id-app", 100 * Mebibyte))).Notes).Problem.Reason);
    }

    [Theory]
    [InlineData(true, false, 100)]
    [InlineData(false, true, 100)]
    [InlineData(false, false, 200)]
    public void Plan_RaisedByUs_TheOwnersLimitStaysAndByOthersItIsTheirs(bool isManaged, bool isAsked, long expected)
    {
        Pod pod = GivenPod.With("app").Annotated("resize-max", "300Mi");
        DiscoveryView view = View([pod], ("id-app", 100 * Mebibyte));
        ImmutableSortedDictionary<string, KnownBudget> known = Carry(view.Known, Plan(view));
        Pod raised = pod with
        {
            Containers =
            [
                pod.Containers[0] with { WantedLimitBytes = 200 * Mebibyte, IsWantedByUs = isManaged },
            ],
        };
        DiscoveryView after = View([raised], ("id-app", 200 * Mebibyte)) with
        {
            Known = known,
            Asked = isAsked
                ? new Dictionary<(string, string), long> { [(pod.Uid, "app")] = 200 * Mebibyte }
                : new Dictionary<(string, string), long>(),
        };

        Assert.Equal(expected * Mebibyte, Carry(known, Plan(after))[App].OwnLimitBytes);
    }

    [Fact]
    public void Plan_RaisedAndNoLongerAllowed_TheOwnersLimitStays()
    {
        Pod pod = GivenPod.With("app").Annotated("resize-max", "300Mi");
        DiscoveryView view = View([pod], ("id-app", 100 * Mebibyte));
        ImmutableSortedDictionary<string, KnownBudget> known = Carry(view.Known, Plan(view));
        Pod raised = GivenPod.With("app");
        raised = raised with
        {
            Containers = [raised.Containers[0] with { WantedLimitBytes = 200 * Mebibyte, IsWantedByUs = true }],
        };

        KnownBudget after = Carry(known, Plan(View([raised], ("id-app", 200 * Mebibyte)) with { Known = known }))[App];

        Assert.Equal(100 * Mebibyte, after.OwnLimitBytes);
        Assert.Equal(0, after.ResizeMaxBytes);
    }

    [Fact]
    public void Plan_MayNotBeRaised_HasNoSuchMost()
    {
        Pod pod = GivenPod.With("app").Annotated("resize-max", "300Mi");
        foreach (Pod each in (Pod[])
        [
            pod with { IsMirror = true },
            pod with { Containers = [pod.Containers[0] with { RestartsOnResize = true }] },
            pod with { Containers = [pod.Containers[0] with { WantedLimitBytes = null }] },
        ])
        {
            Assert.Null(Assert.Single(Plan(View([each], ("id-app", 100 * Mebibyte))).Changes).ResizeMaxBytes);
        }
    }

    internal static DiscoveryPlan Plan(DiscoveryView view) => DiscoveryPlanner.Plan(view);

    internal static DiscoveryView View(IReadOnlyCollection<Pod> pods, params (string Id, long? Limit)[] cgroups) =>
        new()
        {
            Pods = pods,
            Cgroups = cgroups.ToDictionary(
                found => found.Id, found => new FoundCgroup($"/pods/{found.Id}", found.Limit)),
            Known = ImmutableSortedDictionary.Create<string, KnownBudget>(StringComparer.Ordinal),
            Annotated = ImmutableSortedDictionary<string, ImmutableSortedSet<string>>.Empty,
            Asked = ImmutableDictionary<(string Uid, string Container), long>.Empty,
            CapacityBytes = 1024 * Mebibyte,
            DefaultMarginPercent = 10,
            DefaultLimitBytes = null,
            DefaultMaxUrgency = Urgency.MustSucceed,
        };

    /// <summary>Carries a plan out as a host would, and forgets nothing.</summary>
    internal static ImmutableSortedDictionary<string, KnownBudget> Carry(
        IReadOnlyDictionary<string, KnownBudget> known, DiscoveryPlan plan)
    {
        var after = known.ToImmutableSortedDictionary(StringComparer.Ordinal);
        foreach (BudgetChange change in plan.Changes)
        {
            KnownBudget before = after.GetValueOrDefault(change.Budget)
                ?? new(1024 * Mebibyte, 0, null, "", 0, 0, ImmutableSortedDictionary<string, Urgency>.Empty);
            after = after.SetItem(change.Budget, new KnownBudget(
                change.LimitBytes ?? before.LimitBytes,
                change.GuaranteeBytes ?? before.GuaranteeBytes,
                change.MarginPercent ?? before.MarginPercent,
                change.Cgroup ?? before.Cgroup,
                change.OwnLimitBytes ?? before.OwnLimitBytes,
                change.ResizeMaxBytes ?? before.ResizeMaxBytes,
                before.MaxUrgencies.SetItems(change.MaxUrgencies)));
        }

        return after;
    }
}
