namespace Headroom;

/// <summary>How good the estimates of one subsystem were, in sums that only grow. Thread-safe.</summary>
internal sealed class EstimateTally
{
    private long _leasedBytes;
    private long _neededBytes;
    private long _outgrown;

    /// <summary>What leases were given at first.</summary>
    internal long LeasedBytes => Volatile.Read(ref _leasedBytes);

    /// <summary>What they needed.</summary>
    internal long NeededBytes => Volatile.Read(ref _neededBytes);

    /// <summary>How many needed more than they were given.</summary>
    internal long Outgrown => Volatile.Read(ref _outgrown);

    internal void Ended(long leasedBytes, long neededBytes)
    {
        Interlocked.Add(ref _leasedBytes, leasedBytes);
        Interlocked.Add(ref _neededBytes, neededBytes);
        if (neededBytes > leasedBytes)
        {
            Interlocked.Increment(ref _outgrown);
        }
    }
}
