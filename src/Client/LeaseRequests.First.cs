namespace Headroom;

/// <content>The first attempt: at the container itself, and without a pipeline.</content>
internal sealed partial class LeaseRequests
{
    // Not done when it is to be asked for carefully: it has to wait or to climb, or there was no answer.
    private async ValueTask<LeaseTry> TryAtOnceAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        request.Ask = NewAsk(request);
        if (request.Ask is not { } ask)
        {
            return LeaseTry.Again();
        }

        LeaseReply reply;
        try
        {
            reply = await _first.AskAsync(ask, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            ObjectDisposedException.ThrowIf(_session.IsClosed, typeof(HeadroomClient));
            request.LastFailure = error;
            return LeaseTry.Again();
        }

        return reply.Decision.Outcome == Outcome.Waiting ? LeaseTry.Again() : Weigh(request, ask, reply);
    }

    // Null while no session is open that could hold the lease.
    private LeaseAsk? NewAsk(PendingRequest request) => _session.Core.Ask(
        request.Credit,
        RequestIds.Next(),
        request.Bytes,
        request.Urgency,
        request.Reason,
        request.Reserves,
        _session.Now);
}
