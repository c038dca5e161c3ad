using System.Text.Json.Serialization;
using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>What came of worlds of many seeds: the same for the same ones, in whichever order and parts.</summary>
[JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
internal sealed class SeedRun
{
    /// <summary>How many worlds.</summary>
    [JsonInclude]
    public ulong Seeds { get; private set; }

    [JsonInclude]
    public long Steps { get; private set; }

    /// <summary>Of all worlds.</summary>
    [JsonInclude]
    public ulong Hash { get; private set; }

    /// <summary>What their processes took of processors, their start included; zero when they had none.</summary>
    public TimeSpan Processor { get; set; }

    /// <summary>What happened how often, in all of them.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Those that broke.</summary>
    public List<Verdict> Broken { get; } = [];

    /// <summary>Runs worlds, one after the other on this thread.</summary>
    internal static SeedRun Of(ulong from, ulong seeds, SharedParts shared)
    {
        var run = new SeedRun();
        for (ulong i = 0; i < seeds; i++)
        {
            run.Add(new SimWorld(PlanMaker.Make(from + i), shared, new Trace(keeps: false)).Run());
        }

        return run;
    }

    internal void Add(SeedRun other)
    {
        Seeds += other.Seeds;
        Steps += other.Steps;
        Hash ^= other.Hash;
        Processor += other.Processor;
        Tally.Add(other.Tally);
        Broken.AddRange(other.Broken);
    }

    private void Add(Verdict verdict)
    {
        Seeds++;
        Steps += verdict.Steps;
        Hash ^= verdict.Hash;
        Tally.Add(verdict.Tally);
        if (verdict.Violation is not null)
        {
            Broken.Add(verdict);
        }
    }
}
