using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// A dumb holder of one lease without a session: it asks, renews, gives back, and stops by its own clock.
/// </summary>
internal sealed class ModelLease(LedgerWorld world, ModelContainer container, LeaseCommand command)
{
    private readonly TimeSpan _ttl = command.Ttl == TimeSpan.Zero ? Given.Ttl : command.Ttl;
    private LeaseReport? _report;
    private TimeSpan _validUntil;
    private bool _over;

    /// <summary>What it really holds now.</summary>
    internal long HeldBytes(TimeSpan now) => _report is { } report && !_over && now < _validUntil ? report.Bytes : 0;

    internal bool IsOver => _over;

    internal void Act(int how)
    {
        if (_over)
        {
            return;
        }

        if (_report is not { } report)
        {
            Ask();
            return;
        }

        if (world.Now >= _validUntil || how % 3 == 0)
        {
            _over = true;
            world.Send(() => container.Reach(ledger => ledger.Release(report, world.Now)));
            return;
        }

        TimeSpan sent = world.Now;
        world.Send(() => container.Reach(ledger =>
        {
            LeaseDecision decision = ledger.Renew(report, world.Now);
            world.Send(() => Answered(decision, ledger.Epoch, sent));
        }));
    }

    private void Ask()
    {
        TimeSpan sent = world.Now;
        world.Send(() => container.Reach(ledger =>
            container.Request(ledger, command, decision => Answered(decision, ledger.Epoch, sent))));
    }

    private void Answered(LeaseDecision decision, long epoch, TimeSpan sent)
    {
        if (_over)
        {
            return;
        }

        if (decision.Outcome == Outcome.Granted)
        {
            // A request that an earlier authority granted may be granted again by the next: the first lease ends by
            // itself.
            Assert.Equal(command.Bytes, decision.Bytes);
            _report = _report is { } known && known.LeaseId == decision.LeaseId
                ? known
                : new LeaseReport(decision.LeaseId, epoch, command.Subsystem, command.Bytes, command.Urgency, _ttl);
            TimeSpan until = sent + _ttl;
            _validUntil = until > _validUntil ? until : _validUntil;
        }
        else if (decision.Outcome == Outcome.Gone)
        {
            _over = true;
        }
    }
}
