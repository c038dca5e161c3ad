using System.Collections.Concurrent;
using Headroom.Contracts;
using Polly;

namespace Headroom.Grains.Lending;

/// <summary>One search for a loan: who was asked, what each said, and whose grant has to be given back.</summary>
internal sealed class LoanAsk(
    IGrainFactory grains,
    PledgeView pledges,
    LoanWish wish,
    IReadOnlyList<string> order,
    TimeSpan limit,
    TimeProvider time)
{
    /// <summary>Most lenders that are asked at once: what Polly's hedging allows.</summary>
    public const int MaxAtOnce = 11;

    /// <summary>Where a pipeline finds it.</summary>
    public static readonly ResiliencePropertyKey<LoanAsk> Key = new("headroom.loan");

    private readonly ConcurrentQueue<string> _left = new(order);

    // Each ask has an id of its own: a cancellation that arrives late must not hit a later ask of the same request.
    private readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.Ordinal);

    /// <summary>What is wanted.</summary>
    public LoanWish Wish => wish;

    /// <summary>A sentence that names whom was asked and what each said.</summary>
    public string Detail => _asked.IsEmpty
        ? "no other host was asked"
        : string.Join(", ", _asked.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"host {pair.Key} {pair.Value.Said}"));

    public static LoanAsk Of(ResilienceContext context) =>
        context.Properties.TryGetValue(Key, out LoanAsk? ask)
            ? ask
            : throw new InvalidOperationException("The context of a search for a loan does not carry it.");

    /// <summary>Asks the next lender when called; null when all were asked.</summary>
    public Func<CancellationToken, ValueTask<Outcome<LendAnswer>>>? Next() =>
        _left.TryDequeue(out string? host) ? cancellationToken => AskAsync(host, cancellationToken) : null;

    /// <summary>Gives back, without waiting, what was or will be granted by all that are not kept.</summary>
    public void GiveBackAllBut(IReadOnlyCollection<LoanPart> kept)
    {
        foreach ((string host, Asked asked) in _asked)
        {
            if (asked.IsOpen && kept.All(part => part.Host != host))
            {
                asked.IsOpen = false;
                _ = CancelAsync(host, asked.RequestId);
            }
        }
    }

    private async ValueTask<Outcome<LendAnswer>> AskAsync(string host, CancellationToken cancellationToken)
    {
        var asked = new Asked(Guid.NewGuid());
        _asked[host] = asked;
        using var late = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            LendAnswer answer = await grains.GetGrain<IReserveGrain>(host).LendAsync(
                new LendRequest
                {
                    RequestId = asked.RequestId,
                    Bytes = wish.Bytes,
                    Ttl = wish.Ttl,
                    Borrower = wish.Borrower,
                },
                stop.Token);
            pledges.Heard(host, answer.FreePledgeBytes);
            asked.Said = answer.Part is null ? answer.Detail ?? "could not lend" : "lent";
            asked.IsOpen &= answer.Part is not null;
            return Polly.Outcome.FromResult(answer);
        }
        catch (Exception error)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                pledges.Forget(host);
            }

            asked.Said = "did not answer";
            return Polly.Outcome.FromException<LendAnswer>(error);
        }
    }

    private async Task CancelAsync(string host, Guid requestId)
    {
        using var stop = new CancellationTokenSource(limit, time);
        try
        {
            await grains.GetGrain<IReserveGrain>(host).CancelAsync(requestId, stop.Token);
        }
        catch (Exception)
        {
            // What it granted, if anything, ends by its TTL.
            pledges.Forget(host);
        }
    }

    private sealed class Asked(Guid requestId)
    {
        public Guid RequestId { get; } = requestId;

        /// <summary>Whether it holds a grant, or may.</summary>
        public bool IsOpen { get; set; } = true;

        public string Said { get; set; } = "has not answered";
    }
}
