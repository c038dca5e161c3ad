namespace Headroom;

/// <summary>
/// Free bytes that requests of an urgency must leave, as percentages of a budget. Floors never grow with urgency, and
/// MustSucceed has none: <c>floor[0] &gt;= floor[1] &gt;= floor[2] &gt;= floor[3] = 0</c>.
/// </summary>
public sealed record FloorPolicy
{
    /// <summary>The highest percentage that may be configured: something must be left to grant from.</summary>
    public const int MaxPercent = 90;

    /// <summary>No floors at all.</summary>
    public static readonly FloorPolicy None = new(0, 0, 0);

    /// <summary>Creates the policy.</summary>
    /// <param name="optional">Percent of the budget that Optional leaves; 0 to 90.</param>
    /// <param name="safeToFail">Percent that SafeToFail leaves; 0 to <paramref name="optional"/>.</param>
    /// <param name="riskyToFail">Percent that RiskyToFail leaves; 0 to <paramref name="safeToFail"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A percentage is out of its range.</exception>
    public FloorPolicy(int optional, int safeToFail, int riskyToFail)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(optional, MaxPercent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(safeToFail, optional);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(riskyToFail, safeToFail);
        ArgumentOutOfRangeException.ThrowIfNegative(riskyToFail);
        Optional = optional;
        SafeToFail = safeToFail;
        RiskyToFail = riskyToFail;
    }

    /// <summary>Percent of the budget that Optional leaves.</summary>
    public int Optional { get; }

    /// <summary>Percent of the budget that SafeToFail leaves.</summary>
    public int SafeToFail { get; }

    /// <summary>Percent of the budget that RiskyToFail leaves.</summary>
    public int RiskyToFail { get; }

    /// <summary>
    /// The floors of a budget. Pressure raises those of low urgencies, as the kernel's watermarks are boosted under
    /// fragmentation: Some doubles them and gives Optional at most half of the budget; High closes Optional, gives
    /// SafeToFail at most half, and doubles RiskyToFail's.
    /// </summary>
    /// <param name="budgetBytes">The budget; 0 or more.</param>
    /// <param name="pressure">How hard memory is pressed.</param>
    /// <returns>Bytes to leave, for each urgency; never more than the budget.</returns>
    public ByUrgency Floors(long budgetBytes, PressureLevel pressure) => pressure switch
    {
        PressureLevel.None => Scaled(budgetBytes, Optional, SafeToFail, RiskyToFail),
        PressureLevel.Some => Scaled(budgetBytes, Math.Max(50, 2 * Optional), 2 * SafeToFail, RiskyToFail),
        _ => Scaled(budgetBytes, 100, Math.Max(50, 2 * SafeToFail), 2 * RiskyToFail),
    };

    // Dividing first loses at most 99 bytes and cannot overflow.
    private static ByUrgency Scaled(long budget, int optional, int safeToFail, int riskyToFail) => new(
        budget / 100 * Math.Min(100, optional),
        budget / 100 * Math.Min(100, safeToFail),
        budget / 100 * Math.Min(100, riskyToFail),
        0);
}
