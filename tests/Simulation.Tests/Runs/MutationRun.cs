using System.Diagnostics;
using Headroom.Simulation.Tests.Mutations;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>Measures how soon mutations are found.</summary>
internal static class MutationRun
{
    internal static int Run(string? only, string? from, int most)
    {
        string root = Repository.Root;
        foreach (Mutation mutation in MutationList.All.Where(one => only is null || one.Id == only))
        {
            long watch = Stopwatch.GetTimestamp();
            Mutant mutant = Mutant.Make(mutation, root);
            TimeSpan made = Stopwatch.GetElapsedTime(watch);
            (int seeds, string? violation) = mutant.Hunt(from is null ? mutation.From : Runner.Number(from), most);
            Console.WriteLine(
                $"{mutation.Id,-28} {seeds,5} {made.TotalSeconds,5:0.0} s + "
                + $"{(Stopwatch.GetElapsedTime(watch) - made).TotalSeconds,5:0.0} s, {Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s of processor so far  {violation ?? "NOT FOUND"}");
        }

        return 0;
    }
}
