namespace Headroom.Samples.Journal.Workload;

/// <summary>What <see cref="MixedWork"/> does.</summary>
internal sealed record WorkOptions
{
    /// <summary>How long.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Where chance starts.</summary>
    public required int Seed { get; init; }

    /// <summary>How many open and read single values.</summary>
    public required int Readers { get; init; }

    /// <summary>How many read all values in a row.</summary>
    public required int Scanners { get; init; }

    /// <summary>How many write values that are stored at close.</summary>
    public required int Writers { get; init; }

    /// <summary>How many commit transactions.</summary>
    public required int Committers { get; init; }

    /// <summary>How many keys there are; 1 or more.</summary>
    public required int Keys { get; init; }

    /// <summary>The longest value.</summary>
    public required int MaxValueBytes { get; init; }
}
