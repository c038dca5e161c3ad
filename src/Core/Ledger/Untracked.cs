namespace Headroom;

/// <summary>
/// Estimates the bytes really in use that no lease stands for, from readings of the whole use.
/// </summary>
/// <remarks>
/// Use that leases do not explain is untracked: <c>used - leased</c>. But leases may not be touched yet, and then they
/// would hide what others use: a program of 100 MiB that has just leased 200 MiB shows 100 MiB of use. So the
/// estimate never falls under a baseline, what was in use before anything was leased. The baseline only falls, with
/// the lowest use ever seen: a heap that keeps pages of leases that ended must not raise it, or these pages were
/// counted twice when they are leased again. What grows beyond the baseline behind untouched leases stays hidden
/// until they are touched; no reading of the whole can tell.
/// </remarks>
public sealed class Untracked
{
    private long? _baseline;

    /// <summary>The estimate after the last reading; 0 before the first.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="usedBytes">All bytes in use; 0 or more.</param>
    /// <param name="leasedBytes">Bytes that leases stand for, touched or not, those of lapsed holders included.</param>
    public void Read(long usedBytes, long leasedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usedBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(leasedBytes);
        long unexplained = Math.Max(0, usedBytes - leasedBytes);
        _baseline = _baseline is { } baseline ? Math.Min(baseline, usedBytes) : unexplained;
        Bytes = Math.Max(unexplained, _baseline.Value);
    }
}
