using Headroom.Samples.Demo.Limits;

namespace Headroom.Samples.Demo.Runs;

/// <summary>What is run, the same for all three modes.</summary>
internal sealed record DemoPlan
{
    private const long Mebibyte = 1L << 20;

    /// <summary>What happens beside the work.</summary>
    public Variant Variant { get; init; }

    /// <summary>What the plain run caches with.</summary>
    public PlainCache PlainCache { get; init; }

    /// <summary>Where chance starts.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What makes the limit real; null for a cgroup where one can be made, and else the heap's.</summary>
    public LimitKind? Limit { get; init; }

    /// <summary>How long the work lasts.</summary>
    public int Seconds { get; init; } = 30;

    /// <summary>The hard limit that the store and its neighbour share.</summary>
    public long LimitBytes { get; init; } = 384 * Mebibyte;

    /// <summary>The memory of the node around them, which the silo is in, too.</summary>
    public long NodeBytes { get; init; } = 1024 * Mebibyte;

    /// <summary>The highest wave of the neighbour; 0 for no neighbour.</summary>
    public long WaveBytes { get; init; } = 256 * Mebibyte;

    /// <summary>How many keys the store has.</summary>
    public int Keys { get; init; } = 1400;

    /// <summary>The longest value.</summary>
    public int MaxValueBytes { get; init; } = 256 << 10;

    /// <summary>Whether there are two more hosts, which lend.</summary>
    public bool Borrows => Variant is Variant.Three or Variant.Brim;

    /// <summary>How much each spill asks for, where there is somebody to borrow from.</summary>
    public long SpillBytes => Borrows ? 96 * Mebibyte : 0;
}
