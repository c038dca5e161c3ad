using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>
/// Leaves out of a world that broke whatever it breaks without: faults, clients, callers, trouble of the network, and
/// the time after.
/// </summary>
internal sealed class Shrinker(WorldPlan plan, Func<WorldPlan, Verdict> run)
{
    // A world takes some milliseconds, and somebody waits for the answer.
    private const int MostTries = 200;

    private int _tries;

    /// <summary>The smallest world found that breaks alike; the whole one when nothing can be left out.</summary>
    internal (PlanCut Cut, Verdict Verdict) Shrink(Verdict verdict)
    {
        PlanCut cut = PlanCut.Nothing;
        bool shrank = true;
        while (shrank && _tries < MostTries)
        {
            shrank = false;
            foreach (PlanCut smaller in Smaller(cut, verdict))
            {
                if (_tries++ < MostTries && Run(smaller) is { } found && Kind(found) == Kind(verdict))
                {
                    (cut, verdict, shrank) = (smaller, found, true);
                    break;
                }
            }
        }

        return (cut, verdict);
    }

    /// <summary>What was broken, without the numbers.</summary>
    private static string Kind(Verdict verdict) => verdict.Violation?.Split(':')[0] ?? string.Empty;

    private Verdict? Run(PlanCut cut)
    {
        Verdict verdict = run(cut.Apply(plan));
        return verdict.Violation is null ? null : verdict;
    }

    // The largest parts first.
    private IEnumerable<PlanCut> Smaller(PlanCut cut, Verdict verdict)
    {
        double seconds = Math.Ceiling(verdict.At.TotalSeconds * 10) / 10;
        if (seconds < (cut.Busy ?? plan.Busy.TotalSeconds))
        {
            yield return cut with { Busy = seconds };
        }

        int[] faults = [.. Enumerable.Range(0, plan.Faults.Count).Except(cut.Faults)];
        for (int size = faults.Length; size >= 1; size /= 2)
        {
            for (int at = 0; at < faults.Length; at += size)
            {
                yield return cut with { Faults = [.. cut.Faults.Concat(faults.Skip(at).Take(size)).Order()] };
            }
        }

        if (!cut.IsCalm)
        {
            yield return cut with { IsCalm = true };
        }

        foreach (int client in plan.Clients.Select(client => client.Number).Except(cut.Clients))
        {
            yield return cut with { Clients = [.. cut.Clients.Append(client).Order()] };
        }

        foreach (int caller in plan.Callers.Select(caller => caller.Number).Except(cut.Callers))
        {
            yield return cut with { Callers = [.. cut.Callers.Append(caller).Order()] };
        }
    }
}
