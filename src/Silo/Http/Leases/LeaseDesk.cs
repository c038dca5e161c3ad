using Headroom.Contracts;
using Headroom.Grains.Resilience;
using Headroom.Silo.Http.Budgets;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Http.Leases;

/// <summary>Asks for leases on behalf of HTTP clients, and waits with them.</summary>
internal sealed partial class LeaseDesk(
    BudgetDirectory budgets,
    IOptionsMonitor<UrgencyPipelineOptions> pipelines,
    RequestsUnderWay underWay,
    TimeProvider time,
    ILogger<LeaseDesk> logger)
{
    /// <summary>
    /// How long one call to a grain waits; a longer wait is several calls with one request id. Well below the time
    /// after which a call counts as lost, and no longer than the grain waits in one call.
    /// </summary>
    public static readonly TimeSpan CallWait = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks, and waits as long as the request says, or else as long as the pipeline of its urgency does.
    /// </summary>
    /// <param name="target">For whom.</param>
    /// <param name="request">What; the same request id again goes on waiting.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the client is gone. Then the request is taken back, except a must-succeed: it keeps its place
    /// for a client that comes back, and is forgotten by its budget when none does.
    /// </param>
    /// <returns>The answer: <see cref="Outcome.Waiting"/> only for a must-succeed.</returns>
    public async Task<LeaseAnswer> AcquireAsync(
        LeaseTarget target, LeaseRequest request, CancellationToken cancellationToken)
    {
        await underWay.EnterAsync(request.RequestId, cancellationToken);
        try
        {
            LeaseAnswer answer = await WaitAsync(target, request, cancellationToken);
            underWay.Leave(request.RequestId);
            return answer;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !IsMustSucceed(request))
        {
            await underWay.AbandonAsync(request.RequestId, () => TakeBackAsync(target, request.RequestId));
            throw;
        }
        catch
        {
            underWay.Leave(request.RequestId);
            throw;
        }
    }

    private async Task<LeaseAnswer> WaitAsync(
        LeaseTarget target, LeaseRequest request, CancellationToken cancellationToken)
    {
        ISubsystemGrain subsystem = budgets.Subsystem(target.Host, target.Container, target.Subsystem);
        TimeSpan patience = request.Wait ?? pipelines.Get(((Urgency)request.Urgency).ToString()).Wait;
        long start = time.GetTimestamp();
        while (true)
        {
            TimeSpan elapsed = time.GetElapsedTime(start);
            TimeSpan left = elapsed < patience ? patience - elapsed : TimeSpan.Zero;
            bool last = left <= CallWait;
            LeaseAnswer answer = await subsystem.AcquireAsync(
                request with { Wait = last ? left : CallWait, More = !last }, cancellationToken);
            if (last || (Outcome)answer.Outcome != Outcome.Waiting)
            {
                return answer;
            }
        }
    }

    private async Task TakeBackAsync(LeaseTarget target, Guid requestId)
    {
        try
        {
            await budgets.Container(target.Host, target.Container).CancelAsync(requestId, CancellationToken.None);
        }
        catch (Exception error)
        {
            // Its place in the queue and its lease end by themselves, only later.
            LogAbandonFailed(logger, target.Host, target.Container, error);
        }
    }

    private static bool IsMustSucceed(LeaseRequest request) => request.Urgency == (byte)Urgency.MustSucceed;
}
