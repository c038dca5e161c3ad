using Headroom.Contracts;
using Headroom.Grains.Events;
using Headroom.Grains.Lending;
using Headroom.Grains.Placement;
using Headroom.Grains.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Polly;
using Polly.Registry;

namespace Headroom.Grains.Budgets;

/// <summary>Runs the pipeline of each request's urgency against its container's budget.</summary>
/// <remarks>
/// Reentrant, because many requests of one subsystem wait at once; it has no state of its own to keep consistent.
/// </remarks>
[Reentrant, HostAffinity]
internal sealed partial class SubsystemGrain(
    ResiliencePipelineProvider<Urgency> pipelines,
    IOptionsMonitor<UrgencyPipelineOptions> waits,
    BudgetOptions budgets,
    ILoanBroker lenders,
    IHostDirectory hosts,
    MonotonicClock clock,
    BudgetMetrics metrics,
    EventHub events,
    ILogger<SubsystemGrain> logger) : Grain, ISubsystemGrain
{
    /// <summary>
    /// The longest that one call waits. A caller with more patience asks again with the same request id and keeps its
    /// place;
    /// so a silo's death is noticed by a call that fails, not by one that hangs.
    /// </summary>
    public static readonly TimeSpan MaxCallWait = TimeSpan.FromSeconds(10);

    private string _key = "";
    private string _host = "";
    private string _container = "";
    private string _subsystem = "";
    private IContainerBudgetGrain _budget = null!;
    private int _running;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = this.GetPrimaryKeyString();
        string[] names = BudgetKey.Split(_key, 3);
        (_host, _container, _subsystem) = (names[0], names[1], names[2]);
        _budget = GrainFactory.GetGrain<IContainerBudgetGrain>(BudgetKey.Of(_host, _container));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<LeaseAnswer> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var urgency = (Urgency)request.Urgency;
        if (urgency > Urgency.MustSucceed)
        {
            return new LeaseAnswer { Outcome = (byte)Outcome.Invalid, Detail = "urgency must be 0 to 3" };
        }

        _running++;
        LeaseAnswer answer;
        try
        {
            answer = await RunAsync(request, urgency, cancellationToken);
        }
        finally
        {
            _running--;
            GoHome();
        }

        metrics.Requested(_host, urgency, (Outcome)answer.Outcome, (Rung)answer.Rung, 1, answer.Bytes);
        Tell(request, answer);
        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask<SubsystemView?> GetAsync(CancellationToken cancellationToken)
    {
        IHostBudgetGrain host = GrainFactory.GetGrain<IHostBudgetGrain>(_host);
        return await host.GetContainerAsync(_container, cancellationToken) is null
            ? null
            : await _budget.GetSubsystemAsync(_subsystem, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ConfigureAnswer> ConfigureAsync(SubsystemPolicy policy, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IHostBudgetGrain>(_host)
            .ConfigureSubsystemAsync(_container, _subsystem, policy, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<LeaseAnswer> ExplainAsync(long bytes, byte urgency, CancellationToken cancellationToken)
    {
        var attempt = new LeaseAttempt
        {
            Subsystem = _subsystem,
            Request = new LeaseRequest { RequestId = Guid.NewGuid(), Bytes = bytes, Urgency = urgency },
            Patience = TimeSpan.Zero,
            Last = true,
        };
        LeaseAnswer answer = await _budget.ExplainAsync(attempt, cancellationToken);
        if (urgency != (byte)Urgency.MustSucceed || answer.Rungs.Length == 0)
        {
            return answer;
        }

        long pledged = lenders.Pledges
            .Where(row => row.Host != _host)
            .Select(row => row.FreePledgeBytes)
            .DefaultIfEmpty()
            .Max();
        return answer with
        {
            Rung = answer.Exhausted && bytes > pledged ? (byte)Rung.Wait : answer.Rung,
            Rungs = [.. answer.Rungs, new RungTrial { Rung = (byte)Rung.Loan, AvailableBytes = pledged }],
        };
    }

    /// <inheritdoc/>
    public ValueTask LiftAsync(CancellationToken cancellationToken) => _budget.LiftAsync(_subsystem, cancellationToken);

    // Between two requests: while it waited for those that run, new ones would wait for it.
    private void GoHome()
    {
        if (_running == 0 && hosts.IsAway(_host))
        {
            MigrateOnIdle();
        }
    }

    private void Tell(LeaseRequest request, LeaseAnswer answer)
    {
        HeadroomEvent happened = RequestEvents.Of(
            _host, _container, _subsystem, (Urgency)request.Urgency, request.Bytes, (Outcome)answer.Outcome,
            (Rung)answer.Rung, answer.Detail);
        if (answer.Outcome == (byte)Outcome.Granted && answer.Rung is > (byte)Rung.Host and < (byte)Rung.Wait)
        {
            events.Publish(happened with { Type = EventType.Escalated });
        }

        events.Publish(happened);
    }

    private async Task<LeaseAnswer> RunAsync(LeaseRequest request, Urgency urgency, CancellationToken cancellationToken)
    {
        UrgencyPipelineOptions options = waits.Get(urgency.ToString());
        TimeSpan wait = request.Wait ?? options.Wait;
        var climb = new RequestClimb(
            _budget,
            lenders,
            _host,
            _key,
            new LeaseAttempt { Subsystem = _subsystem, Request = request, Patience = TimeSpan.Zero, Last = false },
            request.Session == Guid.Empty ? request.Ttl ?? budgets.SessionTtl : budgets.SessionTtl,
            clock,
            clock.Now + (wait < MaxCallWait ? wait : MaxCallWait),
            options.MaxRetries);

        return await climb.BeginAsync(cancellationToken) ?? await ClimbAsync(climb, urgency, cancellationToken);
    }

    private async Task<LeaseAnswer> ClimbAsync(
        RequestClimb climb, Urgency urgency, CancellationToken cancellationToken)
    {
        // On the grain's own scheduler: Polly would leave it otherwise.
        ResilienceContext context =
            ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellationToken);
        try
        {
            return await pipelines.GetPipeline<LeaseAnswer>(urgency).ExecuteAsync(
                static (context, climb) => climb.NextAsync(context), context, climb);
        }
        catch (Exception error) when (error is not OperationCanceledException and not ArgumentException)
        {
            LogBudgetFailed(logger, _key, error);
            return new LeaseAnswer
            {
                Outcome = (byte)Outcome.Unavailable,
                RefusedBy = "container",
                RetryAfter = TimeSpan.FromSeconds(1),
                Detail = "the container's authority did not answer",
            };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
