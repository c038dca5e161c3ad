namespace Headroom.Core.Tests.Ledger;

/// <summary>A host that answers as a test wants it.</summary>
internal static class Ladder
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1);

    /// <summary>Answers the container's next call with nothing new; what it still has comes with it.</summary>
    internal static void HostAnswers(
        ContainerLedger ledger, long available, TimeSpan now = default, long overdraft = 0)
    {
        (_, long call) = ledger.CallHost(false, now);
        AllotDecision answer = Same(ledger) with
        {
            AvailableBytes = All(available),
            OverdraftAvailableBytes = overdraft,
        };
        ledger.Ordered(answer, call, Forever, now);
    }

    /// <summary>Answers a call with an overdraft.</summary>
    internal static void Overdraw(ContainerLedger ledger, long call, long overdraft, TimeSpan now) => ledger.Ordered(
        Same(ledger) with { Order = ledger.Order + 1, OverdraftBytes = overdraft }, call, Forever, now);

    /// <summary>
    /// Answers the container's next call as a host does that has this much left: all of what is wanted, or nothing.
    /// </summary>
    internal static void Overdraft(ContainerLedger ledger, long available, TimeSpan now = default)
    {
        (AllotCommand command, long call) = ledger.CallHost(false, now);
        long give = Math.Min(command.OverdraftBytes, available);
        give = give < Math.Max(1, command.LeastOverdraftBytes) ? 0 : give;
        ledger.Ordered(
            Same(ledger) with
            {
                Order = ledger.Order + (give > 0 ? 1 : 0),
                OverdraftBytes = ledger.OverdraftBytes + give,
                OverdraftAvailableBytes = available - give,
            },
            call,
            Forever,
            now);
    }

    /// <summary>Pushes the wish that the container come down.</summary>
    internal static void HostAsks(ContainerLedger ledger, Urgency below, long keep) => ledger.Ordered(
        Same(ledger) with { ReclaimBelow = below, ReclaimKeepBytes = keep }, 0, Forever, TimeSpan.Zero);

    private static AllotDecision Same(ContainerLedger ledger) =>
        new(Outcome.Granted, ledger.Order, ledger.AllottedBytes, TimeSpan.FromHours(1), default, false)
        {
            OverdraftBytes = ledger.OverdraftBytes,
        };

    private static ByUrgency All(long bytes) => new(bytes, bytes, bytes, bytes);
}
