using System.Text.Json;
using Headroom.Samples.Demo.Limits;

namespace Headroom.Samples.Demo.Runs;

/// <summary>What a child process of a run is told, as one argument of its command line.</summary>
internal sealed record ChildPlan
{
    /// <summary>Who decides.</summary>
    public required Mode Mode { get; init; }

    /// <summary>What a plain run caches with.</summary>
    public required PlainCache PlainCache { get; init; }

    /// <summary>Where chance starts.</summary>
    public required int Seed { get; init; }

    /// <summary>How long the work lasts.</summary>
    public required int Seconds { get; init; }

    /// <summary>The file of the store's scoreboard.</summary>
    public required string StoreBoard { get; init; }

    /// <summary>The file of the neighbour's.</summary>
    public required string NeighbourBoard { get; init; }

    /// <summary>The folder of the stores.</summary>
    public required string Folder { get; init; }

    /// <summary>The memory limit that all processes of the run share.</summary>
    public required long LimitBytes { get; init; }

    /// <summary>The highest wave of the neighbour.</summary>
    public required long WaveBytes { get; init; }

    /// <summary>
    /// The folder of the cgroup that says how much of the limit is used, for a neighbour that looks; null when the
    /// limit is that of the heap.
    /// </summary>
    public required string? GroupFolder { get; init; }

    /// <summary>How much is asked for at once that may be on another host; 0 for none.</summary>
    public required long SpillBytes { get; init; }

    /// <summary>How many keys the store has.</summary>
    public required int Keys { get; init; }

    /// <summary>The longest value.</summary>
    public required int MaxValueBytes { get; init; }

    /// <summary>Where the silo's gateway is; empty without one.</summary>
    public required string Gateway { get; init; }

    /// <summary>The host whose memory is used.</summary>
    public required string Host { get; init; }

    /// <summary>The container whose budget is used.</summary>
    public required string Container { get; init; }

    /// <summary>What a child of a run is told.</summary>
    internal static ChildPlan Of(DemoPlan plan, Mode mode, string folder, IMemoryLimit limit, Authority? authority)
        => new()
        {
            Mode = mode,
            PlainCache = plan.PlainCache,
            Seed = plan.Seed,
            Seconds = plan.Seconds,
            StoreBoard = Path.Combine(folder, "store.board"),
            NeighbourBoard = Path.Combine(folder, "neighbour.board"),
            Folder = folder,
            LimitBytes = plan.LimitBytes,
            WaveBytes = plan.WaveBytes,
            GroupFolder = limit.Folder,
            SpillBytes = plan.SpillBytes,
            Keys = plan.Keys,
            MaxValueBytes = plan.MaxValueBytes,
            Gateway = authority?.Home.Gateway ?? "",
            Host = authority?.Home.Host ?? "",
            Container = Authority.Container,
        };

    /// <summary>The plan as one line.</summary>
    internal string ToText() => JsonSerializer.Serialize(this);

    /// <summary>The plan that a line stands for.</summary>
    internal static ChildPlan Parse(string text)
        => JsonSerializer.Deserialize<ChildPlan>(text) ?? throw new FormatException("The plan is empty.");
}
