using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>Looks through worlds until one breaks.</summary>
internal static class Hunt
{
    /// <summary>How many worlds it took, and what did not hold; null for none.</summary>
    internal static (int Seeds, string? Violation) First(ulong from, int most)
    {
        var shared = new SharedParts();
        for (int i = 0; i < most; i++)
        {
            if (new SimWorld(PlanMaker.Make(from + (ulong)i), shared, new Trace(false)).Run().Violation is { } found)
            {
                return (i + 1, $"seed {from + (ulong)i}: {found}");
            }
        }

        return (most, null);
    }
}
