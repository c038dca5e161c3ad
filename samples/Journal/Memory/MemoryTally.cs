using System.Collections.Concurrent;

namespace Headroom.Samples.Journal.Memory;

/// <summary>Counts what was leased and refused, by urgency. Thread-safe.</summary>
internal sealed class MemoryTally
{
    /// <summary>How many urgencies there are.</summary>
    internal const int Levels = 4;

    private readonly long[] _leasedBytes = new long[Levels];
    private readonly long[] _peakBytes = new long[Levels];
    private readonly long[] _grants = new long[Levels];
    private readonly ConcurrentDictionary<RefusalKey, long> _refusals = new();

    /// <summary>How often each kind of refusal was seen.</summary>
    internal IReadOnlyDictionary<RefusalKey, long> Refusals => _refusals;

    /// <summary>Bytes leased at an urgency now.</summary>
    internal long LeasedBytes(Urgency urgency) => Interlocked.Read(ref _leasedBytes[(int)urgency]);

    /// <summary>The most bytes that were leased at an urgency at one moment.</summary>
    internal long PeakBytes(Urgency urgency) => Interlocked.Read(ref _peakBytes[(int)urgency]);

    /// <summary>How many leases were granted at an urgency.</summary>
    internal long Grants(Urgency urgency) => Interlocked.Read(ref _grants[(int)urgency]);

    /// <summary>Counts a grant.</summary>
    internal void Granted(long bytes, Urgency urgency)
    {
        int level = (int)urgency;
        Interlocked.Increment(ref _grants[level]);
        long leased = Interlocked.Add(ref _leasedBytes[level], bytes);
        long peak = Interlocked.Read(ref _peakBytes[level]);
        while (leased > peak)
        {
            long seen = Interlocked.CompareExchange(ref _peakBytes[level], leased, peak);
            if (seen == peak)
            {
                break;
            }

            peak = seen;
        }
    }

    /// <summary>Counts bytes that were given back.</summary>
    internal void Returned(long bytes, Urgency urgency) => Interlocked.Add(ref _leasedBytes[(int)urgency], -bytes);

    /// <summary>Counts a refusal.</summary>
    internal void Refused(RefusalKey refusal) => _refusals.AddOrUpdate(refusal, 1, (_, count) => count + 1);
}
