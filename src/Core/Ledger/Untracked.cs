namespace Headroom;

/// <summary>
/// Estimates the bytes really in use that no lease stands for, from readings of the whole use.
/// </summary>
/// <remarks>
/// Use that leases do not explain is untracked: <c>used - leased</c>. But leases may not be touched yet, and then they
/// would hide what others use: a program of 100 MiB that has just leased 200 MiB shows 100 MiB of use. So the
/// estimate never falls under a baseline, what was in use before anything was leased. The baseline only falls, with
/// the lowest use ever seen: a heap that keeps pages of leases that ended must not raise it, or these pages were
/// counted twice when they are leased again. Credit may be leased before that is reported, so what credit explains at
/// the first reading is not in the baseline: it would stay there. And until more is leased than there was then, nothing
/// can be leased and untouched that was not so before: each reading corrects the first, which may have come at a peak.
/// What grows beyond the baseline behind untouched leases stays hidden until they are touched; no reading of the whole
/// can tell.
/// </remarks>
public sealed class Untracked
{
    private long? _baseline;
    private long _leasedBefore = long.MaxValue;
    private bool _leasedMore;

    /// <summary>The estimate after the last reading; 0 before the first.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="usedBytes">All bytes in use; 0 or more.</param>
    /// <param name="leasedBytes">Bytes that leases stand for, touched or not, those of lapsed holders included.</param>
    /// <param name="creditBytes">Bytes drawn by holders that had not leased them when they reported last.</param>
    public void Read(long usedBytes, long leasedBytes, long creditBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usedBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(leasedBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(creditBytes);
        long unexplained = Math.Max(0, usedBytes - leasedBytes);
        _leasedMore |= leasedBytes > _leasedBefore;
        _leasedBefore = leasedBytes;
        _baseline = _baseline is { } baseline
            ? Math.Min(baseline, _leasedMore ? usedBytes : unexplained)
            : Math.Max(0, unexplained - creditBytes);
        Bytes = Math.Max(unexplained, _baseline.Value);
    }
}
