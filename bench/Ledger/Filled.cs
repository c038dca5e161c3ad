namespace Headroom.Ledger.Bench;

/// <summary>Ledgers with room for everything that is measured.</summary>
internal static class Filled
{
    internal const long Plenty = 1L << 47;

    /// <summary>Longer than any measurement lasts in the ledgers' time.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromDays(100);

    /// <summary>Between two commands: answers are remembered for a while, so time has to go on.</summary>
    internal static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    internal static ContainerLedger Container()
    {
        var row = new ContainerRow { Name = "c", Epoch = 1, Order = 0, AllottedBytes = 0, LongestTtl = TimeSpan.Zero };
        var rules = new ContainerRules
        {
            LimitBytes = Plenty,
            MustSucceedQuotaBytes = null,
            HostCapacityBytes = Plenty,
            Floors = FloorPolicy.None,
            SessionTtl = Life,
            MaxLeaseTtl = Life,
        };
        var ledger = new ContainerLedger(row, rules, Life, TimeSpan.Zero);
        ledger.Ordered(
            new AllotDecision(Outcome.Granted, 1, Plenty, Life, default, false), 0, Life, TimeSpan.Zero);
        return ledger;
    }

    internal static Guid Id(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
