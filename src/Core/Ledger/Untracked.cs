namespace Headroom;

/// <summary>
/// Estimates the bytes really in use that no lease stands for, from readings of the whole use.
/// </summary>
/// <remarks>
/// <para>
/// Use that leases do not explain is untracked: <c>used - leased</c>. But leases may not be touched yet, and then they
/// would hide what others use: a program of 100 MiB that has just leased 200 MiB shows 100 MiB of use. Two bounds keep
/// the estimate from falling for that.
/// </para>
/// <para>
/// What was untracked at the last reading is taken to be so still as far as leases that were made since may hide it:
/// these may be untouched, or younger than the reading. Those that are older are taken to be touched, or a heap that
/// keeps pages of leases that ended would count twice for good when they are leased again. Credit may be leased before
/// that is reported, so what credit explains is not held.
/// </para>
/// <para>
/// And it never falls under a baseline, what was in use before anything was leased. The baseline only falls, with
/// the lowest use ever seen. What credit explains at the first reading is not in it: it would stay there. And until
/// more is leased than there was then, nothing can be leased and untouched that was not so before: each reading
/// corrects the first, which may have come at a peak.
/// </para>
/// <para>
/// What grows behind leases that stay untouched from one reading to the next is hidden until they are touched; no
/// reading of the whole can tell.
/// </para>
/// </remarks>
public sealed class Untracked
{
    private long? _baseline;
    private long _leasedBefore = long.MaxValue;
    private bool _leasedMore;
    private long _held;
    private long _lowest = long.MaxValue;

    /// <summary>The estimate after the last reading; 0 before the first.</summary>
    public long Bytes { get; private set; }

    /// <summary>Notes what is leased between readings: what ends and is leased anew may be untouched as well.</summary>
    /// <param name="leasedBytes">As for <see cref="Read"/>.</param>
    public void Leased(long leasedBytes) => _lowest = Math.Min(_lowest, leasedBytes);

    /// <summary>
    /// Takes a reading that came soon after the last one: the estimate rises when that shows more, and does not fall.
    /// </summary>
    /// <param name="usedBytes">As for <see cref="Read"/>.</param>
    /// <param name="leasedBytes">As for <see cref="Read"/>.</param>
    /// <param name="creditBytes">As for <see cref="Read"/>.</param>
    public void Raise(long usedBytes, long leasedBytes, long creditBytes)
    {
        long unexplained = Unexplained(usedBytes, leasedBytes, creditBytes);
        _held = Math.Max(_held, unexplained - creditBytes);
        Bytes = Math.Max(Bytes, unexplained);
    }

    /// <summary>Takes a reading.</summary>
    /// <param name="usedBytes">All bytes in use; 0 or more.</param>
    /// <param name="leasedBytes">Bytes that leases stand for, touched or not, those of lapsed holders included.</param>
    /// <param name="creditBytes">Bytes drawn by holders that had not leased them when they reported last.</param>
    public void Read(long usedBytes, long leasedBytes, long creditBytes = 0)
    {
        long unexplained = Unexplained(usedBytes, leasedBytes, creditBytes);
        _leasedMore |= leasedBytes > _leasedBefore;
        _leasedBefore = leasedBytes;
        long sure = Math.Max(0, unexplained - creditBytes);
        _baseline = _baseline is { } baseline
            ? Math.Min(baseline, _leasedMore ? usedBytes : unexplained)
            : sure;
        long fresh = leasedBytes - Math.Min(_lowest, leasedBytes);
        _held = Math.Max(Math.Max(sure, _baseline.Value), Math.Min(_held, unexplained + fresh));
        _lowest = leasedBytes;
        Bytes = Math.Max(unexplained, _held);
    }

    private static long Unexplained(long usedBytes, long leasedBytes, long creditBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usedBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(leasedBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(creditBytes);
        return Math.Max(0, usedBytes - leasedBytes);
    }
}
