using System.Threading.RateLimiting;
using Headroom.RateLimiting;
using Xunit;

namespace Headroom.Adaptors.Tests.RateLimiting;

/// <summary>The limiter over memory, with permits of a container on a real silo.</summary>
[Trait("Kind", "Process")]
public sealed class MemoryLimiterContractTests(SharedSilo silo) : LimiterContract, IAsyncDisposable
{
    private const long Permit = 1L << 20;

    private LimitedContainer? _container;
    private HeadroomClient? _budget;

    // Whatever a test did with its limiter, all is free again when the budget is closed.
    public async ValueTask DisposeAsync()
    {
        if (_budget is not null && _container is not null)
        {
            await _budget.DisposeAsync();
            await _container.Api.AssertAllFreeAsync();
        }
    }

    protected override async Task<RateLimiter> LimiterAsync(int permits, int waiting = 10)
    {
        _container = await silo.LimitAsync(permits * Permit);
        _budget = await _container.ConnectAsync();
        return new MemoryLimiter(
            _budget.Subsystem("limited"),
            new MemoryLimiterOptions { BytesPerPermit = Permit, MaxWaiting = waiting });
    }
}
