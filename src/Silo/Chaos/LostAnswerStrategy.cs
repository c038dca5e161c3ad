using Headroom.Contracts;
using Polly;
using Polly.Simmy;

namespace Headroom.Silo.Chaos;

/// <summary>
/// Loses answers: the call happens, and its caller hears of a failure. Polly's own strategies act before the call.
/// </summary>
internal sealed class LostAnswerStrategy(LostAnswerOptions options) : ChaosStrategy<object?>(options)
{
    /// <inheritdoc/>
    protected override async ValueTask<Outcome<object?>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<object?>>> callback, ResilienceContext context, TState state)
    {
        Outcome<object?> outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        return await ShouldInjectAsync(context).ConfigureAwait(context.ContinueOnCapturedContext)
            ? Polly.Outcome.FromException<object?>(new BudgetUnavailableException("The answer was lost, on purpose."))
            : outcome;
    }
}
