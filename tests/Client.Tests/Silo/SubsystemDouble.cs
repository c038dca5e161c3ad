using Headroom.Contracts;
using Headroom.Core.Tests.Session;

namespace Headroom.Client.Tests.Silo;

/// <summary>Stands for the subsystem grain.</summary>
internal sealed class SubsystemDouble(BudgetBooks books) : Grain, ISubsystemGrain
{
    public ValueTask<LeaseAnswer> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        books.RequestContextKeys = [.. RequestContext.Keys];
        if (books.Next is { } next)
        {
            books.Next = null;
            return ValueTask.FromResult(next);
        }

        ReferenceAuthority.LeaseReply reply = books.With((authority, now) => authority.Request(
            request.Session, request.Epoch, request.RequestId, request.Bytes, now));
        return ValueTask.FromResult(new LeaseAnswer
        {
            Outcome = (byte)reply.Outcome,
            LeaseId = reply.LeaseId,
            Epoch = reply.Epoch,
            Bytes = reply.Outcome == Outcome.Granted ? request.Bytes : 0,
            Detail = this.GetPrimaryKeyString(),
        });
    }

    public ValueTask<SubsystemView?> GetAsync(CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask<ConfigureAnswer> ConfigureAsync(SubsystemPolicy policy, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask<LeaseAnswer> ExplainAsync(long bytes, byte urgency, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask LiftAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
