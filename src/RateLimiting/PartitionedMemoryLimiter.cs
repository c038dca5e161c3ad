using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>
/// Makes limiters that find out for each resource which memory it needs, such as for each HTTP request.
/// </summary>
public static class PartitionedMemoryLimiter
{
    /// <summary>
    /// Makes a limiter whose permits are, for each resource, the bytes that a delegate says. Sends nothing. It keeps
    /// counts for each subsystem and urgency, and nothing for each resource; what is said of
    /// <see cref="MemoryLimiter"/> holds for it otherwise. Statistics are those of the resource's subsystem and
    /// urgency, and null where nothing is needed.
    /// </summary>
    /// <typeparam name="TResource">What is asked for, such as an HTTP request.</typeparam>
    /// <param name="claimOf">
    /// What one permit means for a resource; called once for each acquire, and again when that fails and the caller
    /// waits. What it throws reaches the caller.
    /// </param>
    /// <param name="maxWaiting">
    /// How many callers of a subsystem and urgency may wait for the authority at the same time; 0 or more.
    /// </param>
    /// <returns>The limiter. Disposing it completes whoever waits with a failed lease.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static PartitionedRateLimiter<TResource> Create<TResource>(
        Func<TResource, MemoryClaim> claimOf, int maxWaiting = MemoryLimiterOptions.DefaultMaxWaiting)
    {
        ArgumentNullException.ThrowIfNull(claimOf);
        ArgumentOutOfRangeException.ThrowIfNegative(maxWaiting);
        return new PartitionedMemoryLimiter<TResource>(claimOf, maxWaiting);
    }
}
