using System.Security.Cryptography;

namespace Headroom.Grains.Lending;

/// <summary>How lenders are asked.</summary>
public sealed record LendingOptions
{
    /// <summary>
    /// After how long without an answer another host is asked, too; to it comes the time that touching the memory
    /// takes.
    /// </summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long one lender may take in all.</summary>
    public TimeSpan AskLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Begins the picks; each silo needs its own.</summary>
    public int Seed { get; init; } = RandomNumberGenerator.GetInt32(int.MaxValue);
}
