using System.Collections.Concurrent;
using Headroom.Contracts;

namespace Headroom.Grains.Lending;

/// <summary>
/// What this silo has heard of the reserves of other hosts. Seconds old, and only a hint: the lender decides.
/// </summary>
internal sealed class PledgeView(MonotonicClock clock)
{
    private readonly ConcurrentDictionary<string, (long FreePledgeBytes, TimeSpan At)> _rows =
        new(StringComparer.Ordinal);

    /// <summary>What was heard of a host; 0 for one that was not heard of.</summary>
    public long FreePledgeBytes(string host) =>
        _rows.TryGetValue(host, out (long FreePledgeBytes, TimeSpan) row) ? row.FreePledgeBytes : 0;

    /// <summary>A host said itself what it could lend.</summary>
    public void Heard(string host, long freePledgeBytes) => _rows[host] = (freePledgeBytes, clock.Now);

    /// <summary>Another silo told what it has heard; what is newer here stays.</summary>
    public void Heard(IEnumerable<PledgeShare> shares)
    {
        TimeSpan now = clock.Now;
        foreach (PledgeShare share in shares)
        {
            (long, TimeSpan At) told = (share.FreePledgeBytes, now - share.Age);
            _rows.AddOrUpdate(share.Host, told, (_, mine) => mine.At >= told.At ? mine : told);
        }
    }

    /// <summary>A host did not answer: nothing is known of it.</summary>
    public void Forget(string host) => _rows.TryRemove(host, out _);

    /// <summary>All that was heard.</summary>
    public PledgeShare[] Shares()
    {
        TimeSpan now = clock.Now;
        return [.. _rows.Select(row => new PledgeShare(row.Key, row.Value.FreePledgeBytes, now - row.Value.At))];
    }
}
