namespace Headroom;

/// <summary>
/// One reading of the kernel's memory pressure: the shares of the last ten seconds lost to stalls. In basis points
/// (hundredths of a percent, 0 to 10,000), because the kernel prints exactly two decimals: so nothing is rounded.
/// </summary>
/// <param name="SomeBasisPoints">Share of time in which at least one task stalled; the <c>avg10</c> of
/// <c>some</c>.</param>
/// <param name="FullBasisPoints">Share of time in which all tasks stalled at once; the <c>avg10</c> of
/// <c>full</c>.</param>
public readonly record struct PressureSample(int SomeBasisPoints, int FullBasisPoints)
{
    /// <summary>The whole time, 100 %: the highest value of either share.</summary>
    public const int WholeBasisPoints = 10_000;
}
