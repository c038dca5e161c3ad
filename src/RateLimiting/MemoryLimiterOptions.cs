namespace Headroom.RateLimiting;

/// <summary>What one permit of a <see cref="MemoryLimiter"/> stands for, and who asks how.</summary>
public sealed class MemoryLimiterOptions
{
    /// <summary>The most callers that may wait at the same time, unless set otherwise.</summary>
    public const int DefaultMaxWaiting = 1000;

    /// <summary>
    /// Bytes that one permit stands for; 1 or more. There is no default: ASP.NET Core and Polly take one permit for
    /// each call, so this is what one call may use. With 1 a permit is a byte, and a call can ask for 2 GiB at most.
    /// </summary>
    public required long BytesPerPermit { get; set; }

    /// <summary>
    /// What a refusal does to callers, and so how long they wait; <see cref="Urgency.SafeToFail"/> unless set.
    /// </summary>
    public Urgency Urgency { get; set; } = Urgency.SafeToFail;

    /// <summary>
    /// Why it must succeed, 1 to 256 characters; needed at <see cref="Urgency.MustSucceed"/> and not used below it.
    /// </summary>
    public string? Reason { get; set; }

    /// <summary>
    /// How many callers of <see cref="System.Threading.RateLimiting.RateLimiter.AcquireAsync"/> may wait for the
    /// authority at the same time; those beyond get a failed lease at once. 0 or more: with 0 nobody waits.
    /// <see cref="DefaultMaxWaiting"/> unless set. Callers that credit serves do not wait.
    /// </summary>
    public int MaxWaiting { get; set; } = DefaultMaxWaiting;

    /// <summary>The clock for <c>IdleDuration</c>; that of the system unless set.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
