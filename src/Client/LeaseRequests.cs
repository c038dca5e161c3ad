using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Headroom;

/// <summary>
/// Asks the authority for a lease: once, together with others, for what can be granted at once; then the careful way,
/// until there is an answer that counts, with the same request id as long as the session is the same.
/// </summary>
internal sealed partial class LeaseRequests
{
    /// <summary>
    /// How long one call of a must-succeed waits at the authority: a silo that died is noticed this much later.
    /// </summary>
    internal static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    // What the pipelines of the server allow by default; waiting much longer than they do has no use.
    private static readonly TimeSpan[] Patience = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryUnreachable = TimeSpan.FromSeconds(1);

    private readonly BudgetSession _session;
    private readonly IAuthority _authority;
    private readonly HeadroomOptions _options;
    private readonly ClientMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<LeaseTry> _pipeline;
    private readonly FirstAttempts _first;

    internal LeaseRequests(
        BudgetSession session, IAuthority authority, HeadroomOptions options, ClientMetrics metrics, ILogger logger)
    {
        (_session, _authority, _options, _metrics, _logger) = (session, authority, options, metrics, logger);
        _pipeline = BuildPipeline(options.TimeProvider);
        _first = new FirstAttempts(authority, session.Core, options, logger, session.Stopping);
    }

    /// <summary>Asks until granted, refused, out of time or cancelled. Leaves nothing behind unless granted.</summary>
    internal async ValueTask<MemoryLease> AskAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        RequestTrace trace = RequestTrace.Begin(request, _metrics, _options);
        try
        {
            MemoryLease lease = await AskOnAsync(request, cancellationToken);
            trace.Granted();
            return lease;
        }
        catch (Exception error)
        {
            if (error is MemoryRefusedException no)
            {
                LogRefused(_logger, request.Credit.Name, request.Bytes, request.Urgency, no.RefusedBy, no.Reason);
            }

            trace.Failed(error);
            throw;
        }
    }

    private async ValueTask<MemoryLease> AskOnAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_session.IsClosed, typeof(HeadroomClient));
        TimeSpan asked = _session.Now;
        try
        {
            LeaseTry first = await TryAtOnceAsync(request, cancellationToken);
            return first.IsDone ? first.Lease : await AskCarefullyAsync(request, asked, cancellationToken);
        }
        catch (MemoryRefusedException refusal) when (refusal.Reason == RefusalReason.NotEnoughMemory)
        {
            LeaseTry last = await LastTryAsync(request, cancellationToken);
            if (last.IsDone)
            {
                return last.Lease;
            }

            throw;
        }
        finally
        {
            // Granted, refused or over: then there is no ask left. Otherwise whatever becomes of it is not wanted any
            // more.
            if (request.Ask is { } ask)
            {
                _session.Core.Abandon(ask);
            }
        }
    }

    private async ValueTask<MemoryLease> AskCarefullyAsync(
        PendingRequest request, TimeSpan asked, CancellationToken cancellationToken)
    {
        TimeSpan until = asked + PatienceOf(request.Urgency) + _options.CallTimeout;
        TimeSpan left = until > _session.Now ? until - _session.Now : TimeSpan.Zero;
        using CancellationTokenSource deadline = request.Urgency == Urgency.MustSucceed
            ? new CancellationTokenSource()
            : new CancellationTokenSource(left, _options.TimeProvider);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, deadline.Token, _session.Stopping);
        bool waits = request.Urgency is Urgency.SafeToFail or Urgency.RiskyToFail;
        if (waits)
        {
            _session.Core.RequestWaits(request.Credit, request.Bytes);
        }

        try
        {
            LeaseTry last = await _pipeline.ExecuteAsync(
                static (state, token) => state.Requests.TryAsync(state.Request, token),
                (Requests: this, Request: request),
                any.Token);
            return last.Lease;
        }
        catch (OperationCanceledException) when (any.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_session.IsClosed, typeof(HeadroomClient));
            throw OutOfTime(request);
        }
        finally
        {
            if (waits)
            {
                _session.Core.RequestOver(request.Credit, request.Bytes);
            }
        }
    }

    private static ResiliencePipeline<LeaseTry> BuildPipeline(TimeProvider time)
        => new ResiliencePipelineBuilder<LeaseTry> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<LeaseTry>
            {
                Name = "ask again",
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                ShouldHandle = static args => ValueTask.FromResult(
                    args.Outcome.Exception is null && !args.Outcome.Result.IsDone),
                DelayGenerator = static args => ValueTask.FromResult(args.Outcome.Result.Pause),
            })
            .Build();

    // Must-succeed has none of its own: it waits for ever.
    private static TimeSpan PatienceOf(Urgency urgency) =>
        urgency == Urgency.MustSucceed ? TimeSpan.Zero : Patience[(int)urgency];

    // What the authority had no more may have been drawn for this very subsystem, and be here now or on its way.
    private async ValueTask<LeaseTry> LastTryAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        if (request.Reserves || request.Urgency == Urgency.MustSucceed)
        {
            return LeaseTry.Again();
        }

        await _session.Sending.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_session.TryLease(request.Credit, request.Bytes, request.Urgency, reason: null, out MemoryLease lease))
        {
            return LeaseTry.Again();
        }

        request.GrantedBy = Rung.Credit;
        return LeaseTry.Done(lease);
    }

    private async ValueTask<LeaseTry> TryAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        string? reason = request.Urgency == Urgency.MustSucceed ? request.Reason : null;
        if (request.Tries++ > 0
            && !request.Reserves
            && _session.TryLease(request.Credit, request.Bytes, request.Urgency, reason, out MemoryLease lease))
        {
            request.GrantedBy = Rung.Credit;
            return LeaseTry.Done(lease);
        }

        if (await AskOfAsync(request, cancellationToken) is not { } ask)
        {
            return LeaseTry.Again();
        }

        // Whoever was not answered may be asking a silo that died: a call that may wait there would be noticed late,
        // and the one that stands in is not asked before. So it first asks for an answer, and then waits.
        bool sounds = request.LastFailure is not null && request.Urgency != Urgency.Optional;
        bool more = sounds || request.Urgency == Urgency.MustSucceed;
        TimeSpan? wait = request.Urgency switch
        {
            Urgency.Optional => TimeSpan.Zero,
            _ when sounds => TimeSpan.Zero,
            Urgency.MustSucceed => Poll,
            _ => null,
        };
        TimeSpan allowed = sounds ? TimeSpan.Zero : more ? Poll : PatienceOf(request.Urgency);
        using var timeout = new CancellationTokenSource(allowed + _options.CallTimeout, _options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            TimeSpan asked = request.Replicas > 0 ? _session.Loans.Now : TimeSpan.Zero;
            LeaseReply reply = await _authority.AcquireAsync(ask, wait, more, request.Replicas, both.Token);
            return reply.Loan is null
                ? Weigh(request, ask, reply)
                : await BorrowAsync(request, ask, reply, asked, cancellationToken);
        }
        catch (Exception e) when (e is not MemoryRefusedException and not ArgumentException
            && !cancellationToken.IsCancellationRequested)
        {
            request.LastFailure = e;
            LogRequestUnanswered(_logger, _authority.Name, ask.Command.RequestId, request.Tries, e);
            return LeaseTry.Again();
        }
    }

    // The same id as long as it is the same session: the authority gives the first answer again and charges once.
    private async ValueTask<LeaseAsk?> AskOfAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        if (request.Ask is { } ask && _session.Core.IsCurrent(ask, _session.Now))
        {
            return ask;
        }

        request.Ask = NewAsk(request);
        if (request.Ask is null)
        {
            if (request.Urgency == Urgency.Optional)
            {
                throw OutOfTime(request);
            }

            await _session.WaitUntilOpenAsync(cancellationToken);
        }

        return request.Ask;
    }

    private LeaseTry Weigh(PendingRequest request, LeaseAsk ask, LeaseReply reply)
    {
        LeaseDecision decision = reply.Decision;
        request.LastFailure = null;
        request.LastDecision = decision;
        request.GrantedBy = decision.Rung;
        if (decision.Outcome != Outcome.Granted)
        {
            RequestTrace.Tried(request, decision);
        }

        switch (decision.Outcome)
        {
            case Outcome.Granted when decision.Rung == Rung.Loan:
                // Where its memory is was in an answer that was lost, and is remembered for a while only.
                _session.Core.Abandon(ask);
                request.Ask = null;
                return LeaseTry.Again();
            case Outcome.Granted:
                LeaseSlot? slot = _session.Core.Accept(
                    ask, decision.LeaseId, reply.Epoch, origin: null, _session.Now, out long token);
                request.Ask = null;
                return slot is null ? LeaseTry.Again() : LeaseTry.Done(new MemoryLease(slot, token, request.Bytes));
            case Outcome.Waiting:
                ComplainIfStuck(request);
                return LeaseTry.Again(TimeSpan.Zero);
            case Outcome.RegisterAgain or Outcome.Fenced or Outcome.StartAnew:
                _session.Core.Unknown(ask);
                request.Ask = null;
                return LeaseTry.Again();
            case Outcome.Invalid:
                request.Ask = null;
                throw Refusals.Impossible(request.Bytes, decision.Detail ?? $"{_authority.Name} can never grant this.");
            case Outcome.LastResort:
                Dismiss(request, ask);
                return AtLastResort(request, decision);
            case Outcome.Refused or Outcome.QuotaExceeded or Outcome.UrgencyNotAllowed:
                Dismiss(request, ask);
                return Refused(request, decision);
            case Outcome.Gone or Outcome.Conflict:
                // The lease of this id ended before its answer came: ask as if for the first time.
                request.Ask = null;
                return LeaseTry.Again();
            default:
                return LeaseTry.Again(decision.RetryAfter > TimeSpan.Zero ? decision.RetryAfter : null);
        }
    }

    // Late copies of a first attempt are known by its number.
    private void Dismiss(PendingRequest request, LeaseAsk ask)
    {
        if (request.Tries > 0)
        {
            _session.Core.Dismiss(ask);
        }
    }

    // The bytes are on other hosts: theirs is the lease as soon as their memory is open here.
    private async ValueTask<LeaseTry> BorrowAsync(
        PendingRequest request, LeaseAsk ask, LeaseReply reply, TimeSpan asked, CancellationToken cancellationToken)
    {
        request.LastFailure = null;
        request.LastDecision = reply.Decision;
        request.GrantedBy = reply.Decision.Rung;
        LoanOrigin? origin = null;
        try
        {
            origin = await LoanOrigin.OpenAsync(
                reply.Loan!, _session.Loans, asked, _options.TimeProvider, cancellationToken);
        }
        catch (RemoteMemoryLostException error)
        {
            // Lost before it was had: the lease is given back, and another one asked for.
            LogLoanNotOpened(_logger, request.Credit.Name, request.Bytes, error);
        }

        if (origin is null)
        {
            _session.Core.Abandon(ask);
            request.Ask = null;
            return LeaseTry.Again();
        }

        LeaseSlot? slot = _session.Core.Accept(
            ask, reply.Decision.LeaseId, reply.Epoch, origin, _session.Now, out long token);
        request.Ask = null;
        if (slot is null)
        {
            ((ILeaseOrigin)origin).Ended(request.Bytes);
            return LeaseTry.Again();
        }

        return LeaseTry.Done(new MemoryLease(slot, token, request.Bytes));
    }

    private LeaseTry AtLastResort(PendingRequest request, LeaseDecision decision)
    {
        request.Ask = null;

        // Who is refused finds the state changed, though the exchange that says so comes later.
        _session.Core.Learn(request.Credit, decision.State);
        _session.Heard?.Invoke();
        if (decision.State is SubsystemState.ReadOnly or SubsystemState.FailStop)
        {
            throw Refusal(request, decision);
        }

        // All that were registered are in use, or none was: then there is nothing but to go on waiting.
        if (request.Fallbacks?.Take() is not { } fallback)
        {
            ComplainIfStuck(request);
            return LeaseTry.Again(decision.RetryAfter > TimeSpan.Zero ? decision.RetryAfter : LongestPause);
        }

        request.GrantedBy = Rung.LastResort;
        var terms = new LeaseTerms(request.Credit.Account, request.Bytes) { Origin = fallback };
        LeaseSlot slot = _session.Core.Lease(terms, request.Urgency, out long token);
        return LeaseTry.Done(new MemoryLease(slot, token, request.Bytes));
    }

    private LeaseTry Refused(PendingRequest request, LeaseDecision decision)
    {
        request.Ask = null;
        bool helps = decision.Outcome == Outcome.Refused || decision.RetryAfter > TimeSpan.Zero;
        if (request.Urgency != Urgency.MustSucceed || decision.Outcome == Outcome.UrgencyNotAllowed || !helps)
        {
            throw Refusal(request, decision);
        }

        ComplainIfStuck(request);
        return LeaseTry.Again(decision.RetryAfter > TimeSpan.Zero ? decision.RetryAfter : null);
    }

    // At the first wait and then ever more rarely: whoever watches the log must see it, and must see other things too.
    private void ComplainIfStuck(PendingRequest request)
    {
        if (request.Urgency == Urgency.MustSucceed && int.IsPow2(request.Tries))
        {
            LogMustSucceedWaits(
                _logger, request.Credit.Name, request.Bytes, request.Reason, request.Tries, _authority.Name);
        }
    }

    private MemoryRefusedException OutOfTime(PendingRequest request)
        => request.LastFailure is null
            && request.LastDecision is { Outcome: Outcome.Waiting or Outcome.Refused } decision
            ? Refusal(request, decision)
            : Refusals.Unavailable(_authority.Name, request, RetryUnreachable);

    private MemoryRefusedException Refusal(PendingRequest request, LeaseDecision decision)
        => Refusals.ByDecision(_authority.Name, request, decision);
}
