using System.Diagnostics;
using System.Globalization;
using Headroom.Simulation.Tests.Mutations;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>Hunts mutations, and says how soon each is found.</summary>
internal static class MutationRun
{
    // Starts are so far apart that no world is in two of them.
    private const ulong Apart = 1_000_000;

    /// <summary>How many worlds each takes: from several starts, the median.</summary>
    /// <returns>1 when there is one that most starts do not find; 0 otherwise.</returns>
    internal static int Run(string? only, int most, int starts)
    {
        int missed = 0;
        foreach (Mutation mutation in MutationList.All.Where(one => only is null || one.Id == only))
        {
            long watch = Stopwatch.GetTimestamp();
            Mutant mutant = Mutant.Make(mutation, Repository.Root);
            (int Seeds, string? Violation)[] hunts =
            [
                .. Enumerable.Range(0, starts)
                    .Select(start => mutant.Hunt(mutation.From + ((ulong)start * Apart), most)),
            ];
            int found = hunts.Count(hunt => hunt.Violation is not null);
            missed += found * 2 > starts ? 0 : 1;
            string each = string.Join(' ', hunts.Select(hunt => hunt.Violation is null ? "-" : $"{hunt.Seeds}"));
            int median = hunts.Select(hunt => hunt.Seeds).Order().ElementAt(starts / 2);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{mutation.Id,-28} {median,4} seeds ({each}), {Stopwatch.GetElapsedTime(watch).TotalSeconds:0.0} s  ")
                + (hunts.FirstOrDefault(hunt => hunt.Violation is not null).Violation ?? "NOT FOUND"));
        }

        Console.WriteLine($"{missed} mutations were not found.");
        return missed == 0 ? 0 : 1;
    }
}
