using System.Collections.Immutable;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>What is to be done so that budgets and pods agree.</summary>
/// <param name="Changes">
/// Settings to change: guarantees that rise last, and each in the order of the budgets' names.
/// </param>
/// <param name="Forget">Budgets whose containers are gone: to be forgotten once nothing is held there.</param>
/// <param name="Notes">What pods' owners are to hear, all of it, each time.</param>
/// <param name="Annotated">Subsystems whose urgency is set because an annotation says so, by budget.</param>
internal sealed record DiscoveryPlan(
    ImmutableArray<BudgetChange> Changes,
    ImmutableArray<string> Forget,
    ImmutableArray<PodNote> Notes,
    ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Annotated);
