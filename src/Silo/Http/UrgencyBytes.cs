namespace Headroom.Silo.Http;

/// <summary>Bytes for each urgency.</summary>
internal sealed record UrgencyBytes(long Optional, long SafeToFail, long RiskyToFail, long MustSucceed)
{
    public static UrgencyBytes From(long[] levels) => new(levels[0], levels[1], levels[2], levels[3]);

    public static UrgencyBytes Sum(IEnumerable<long[]> rows) => rows.Aggregate(
        new UrgencyBytes(0, 0, 0, 0),
        (sum, row) => new(
            sum.Optional + row[0], sum.SafeToFail + row[1], sum.RiskyToFail + row[2], sum.MustSucceed + row[3]));
}
