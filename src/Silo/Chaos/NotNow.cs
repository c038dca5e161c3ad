using System.Reflection;
using Headroom.Contracts;
using Polly;

namespace Headroom.Silo.Chaos;

/// <summary>The answer "not now" of each call that has one.</summary>
internal static class NotNow
{
    /// <summary>The method that is called.</summary>
    public static readonly ResiliencePropertyKey<MethodInfo> Method = new("headroom.method");

    /// <summary>The answer to a call, or an exception where there is none.</summary>
    public static Outcome<object?> For(ResilienceContext context)
    {
        Type? answer = context.Properties.TryGetValue(Method, out MethodInfo? method)
            ? method.ReturnType.GetGenericArguments().FirstOrDefault()
            : null;
        const byte Unavailable = (byte)Outcome.Unavailable;
        if (answer == typeof(LeaseAnswer))
        {
            return Polly.Outcome.FromResult<object?>(
                new LeaseAnswer { Outcome = Unavailable, RetryAfter = TimeSpan.FromMilliseconds(100) });
        }

        return answer == typeof(ExchangeAnswer)
            ? Polly.Outcome.FromResult<object?>(
                new ExchangeAnswer { Outcome = Unavailable, Session = Guid.Empty, Epoch = 0 })
            : Polly.Outcome.FromException<object?>(new BudgetUnavailableException("Not now, on purpose."));
    }
}
