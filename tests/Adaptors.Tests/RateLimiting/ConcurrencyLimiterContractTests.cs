using System.Threading.RateLimiting;

namespace Headroom.Adaptors.Tests.RateLimiting;

/// <summary>
/// The framework's own limiter passes the contract: what is demanded of ours is what callers are used to.
/// </summary>
public sealed class ConcurrencyLimiterContractTests : LimiterContract
{
    protected override Task<RateLimiter> LimiterAsync(int permits, int waiting = 10) =>
        Task.FromResult<RateLimiter>(new ConcurrencyLimiter(
            new ConcurrencyLimiterOptions { PermitLimit = permits, QueueLimit = waiting }));
}
