using Headroom.Contracts;
using Headroom.Grains.Lending;
using Headroom.Grains.Resilience;
using Polly;

namespace Headroom.Grains.Budgets;

/// <summary>
/// One request on its way up: each try waits its share of the time that is left, and what nothing at home can meet is
/// asked of other hosts while it keeps its place at home.
/// </summary>
internal sealed class RequestClimb(
    IContainerBudgetGrain budget,
    ILoanBroker lenders,
    string host,
    string key,
    LeaseAttempt attempt,
    TimeSpan ttl,
    MonotonicClock clock,
    TimeSpan deadline,
    int retries)
{
    // Other hosts are asked again this often while the request waits at home: any of them may have room by then.
    private static readonly TimeSpan LoanPause = TimeSpan.FromSeconds(1);

    private readonly LeaseRequest _request = attempt.Request;
    private int _left = retries;
    private Task<LeaseAnswer>? _begun;
    private bool _isLast;
    private bool _loanTried = attempt.Request.Replicas == 0;
    private LoanOffer? _offer;

    /// <summary>
    /// The first try, which needs no pipeline: most requests end with it. Null when it failed or may end otherwise next
    /// time; then <see cref="NextAsync"/> begins with what it brought.
    /// </summary>
    public async ValueTask<LeaseAnswer?> BeginAsync(CancellationToken cancellationToken)
    {
        Task<LeaseAnswer> begun = TryAsync(cancellationToken);
        await ((Task)begun).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (begun.IsCompletedSuccessfully && !UrgencyPipelines.CanChange(await begun))
        {
            return await begun;
        }

        _begun = begun;
        return null;
    }

    /// <summary>The next try.</summary>
    public ValueTask<LeaseAnswer> NextAsync(ResilienceContext context)
    {
        Task<LeaseAnswer> next = _begun ?? TryAsync(context.CancellationToken);
        _begun = null;
        context.Properties.Set(UrgencyPipelines.IsLast, _isLast);
        return new ValueTask<LeaseAnswer>(next);
    }

    private async Task<LeaseAnswer> TryAsync(CancellationToken cancellationToken)
    {
        TimeSpan left = Left(deadline);
        _isLast = left == TimeSpan.Zero;
        bool final = _left <= 0 || _isLast;
        TimeSpan until = clock.Now + (final ? left : left / (_left + 1));
        _left--;
        while (true)
        {
            LeaseAttempt current = Attempt(until, final);
            LeaseAnswer answer = await budget.AttemptAsync(current, cancellationToken);
            if ((Outcome)answer.Outcome != Outcome.Waiting || !answer.Exhausted || _request.Replicas == 0)
            {
                return Told(answer);
            }

            if (await BorrowAsync(current, cancellationToken) is { } borrowed)
            {
                return borrowed;
            }

            // Once more at home with the word that nobody lends, so that the patience of its policy can end.
            if (_loanTried && Left(until) == TimeSpan.Zero)
            {
                return Told(answer);
            }

            _loanTried = true;
        }
    }

    private LeaseAttempt Attempt(TimeSpan until, bool final)
    {
        TimeSpan left = Left(until);
        bool lends = _loanTried && _request.Replicas > 0;
        return attempt with
        {
            Patience = lends && left > LoanPause ? LoanPause : left,
            Last = final && !_request.More && _request.Urgency != (byte)Urgency.MustSucceed,
            LoanTried = _loanTried,
        };
    }

    private async ValueTask<LeaseAnswer?> BorrowAsync(LeaseAttempt current, CancellationToken cancellationToken)
    {
        var wish = new LoanWish(_request.RequestId, host, key, _request.Bytes, _request.Replicas, ttl);
        _offer = await lenders.BorrowAsync(wish, cancellationToken);
        if (_offer.Loan is not { } loan)
        {
            return null;
        }

        LeaseAnswer answer;
        try
        {
            answer = await budget.BorrowedAsync(current, loan, cancellationToken);
        }
        catch
        {
            await lenders.ReturnAsync(loan, CancellationToken.None);
            throw;
        }

        if (answer.Outcome == (byte)Outcome.Granted && answer.Loan is { } booked && Same(booked, loan))
        {
            return answer;
        }

        // Met at home in the meantime, or given up.
        await lenders.ReturnAsync(loan, CancellationToken.None);
        return answer;
    }

    private static bool Same(Loan one, Loan other) =>
        one.Parts.Select(part => (part.Host, part.Loan)).SequenceEqual(
            other.Parts.Select(part => (part.Host, part.Loan)));

    // What other hosts said belongs to the rungs that were tried.
    private LeaseAnswer Told(LeaseAnswer answer) => _offer is null || answer.Outcome == (byte)Outcome.Granted
        ? answer
        : answer with
        {
            Rungs =
            [
                .. answer.Rungs,
                new RungTrial { Rung = (byte)Rung.Loan, AvailableBytes = _offer.AvailableBytes },
            ],
            Detail = answer.Detail is null ? _offer.Detail : $"{answer.Detail}; {_offer.Detail}",
        };

    private TimeSpan Left(TimeSpan until)
    {
        TimeSpan left = until - clock.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
