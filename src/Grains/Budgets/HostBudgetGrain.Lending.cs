using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <content>What the host's reserve may lend.</content>
internal sealed partial class HostBudgetGrain
{
    /// <inheritdoc/>
    public async ValueTask<LentMarkReply> MarkLentAsync(LentMarkRequest request, CancellationToken cancellationToken)
    {
        // While the host drains nothing is raised; what is lent stays marked.
        var mark = new LentMark(
            request.Epoch,
            request.Number,
            request.Replaces,
            _draining ? Math.Min(request.Bytes, _ledger.LentBytes) : request.Bytes,
            request.LeastBytes,
            request.UsedBytes);
        LentMarkAnswer answer = _ledger.Lend(mark, clock.Now);
        await FlushAsync();
        return new LentMarkReply
        {
            Outcome = (byte)answer.Outcome,
            Epoch = answer.Epoch,
            Number = answer.Number,
            Bytes = answer.Bytes,
            LendableBytes = _draining ? 0 : answer.LendableBytes,
            PledgedBytes = answer.PledgedBytes,
        };
    }
}
