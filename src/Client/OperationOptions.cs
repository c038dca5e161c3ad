namespace Headroom;

/// <summary>How an operation is estimated.</summary>
public sealed record OperationOptions
{
    internal static readonly TimeSpan LeastHalfLife = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan MostHalfLife = TimeSpan.FromDays(1);

    /// <summary>Bytes to ask for before anything is recorded; 1 to 256 TiB, 1 MiB by default.</summary>
    public long StartBytes { get; init; } = 1L << 20;

    /// <summary>After so long a recorded use counts half; 1 s to 1 day, 5 minutes by default.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromMinutes(5);
}
