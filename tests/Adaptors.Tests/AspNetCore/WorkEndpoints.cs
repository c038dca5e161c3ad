using System.Globalization;
using System.Threading.RateLimiting;
using Headroom.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>
/// Endpoints that really use the memory that they are admitted for, by each of the ways there are; they know how much
/// of it is in use at once.
/// </summary>
internal sealed class WorkEndpoints
{
    public const long Mebibyte = 1L << 20;

    /// <summary>Admitted for what the query says, at SafeToFail.</summary>
    public const string Work = "/work";

    /// <summary>As <see cref="Work"/>, and ends when the test says so.</summary>
    public const string Hold = "/hold";

    /// <summary>Admitted for half a mebibyte at MustSucceed.</summary>
    public const string Commit = "/commit";

    /// <summary>Limited by a policy of the framework's limiter, for a mebibyte at SafeToFail.</summary>
    public const string Policy = "/policy";

    /// <summary>Limited by the framework's global limiter, for what the query says, at RiskyToFail.</summary>
    public const string Global = "/global";

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _inUse;
    private long _most;
    private int _holding;

    /// <summary>The most bytes that were in use at once below MustSucceed.</summary>
    public long MostBytes => Volatile.Read(ref _most);

    /// <summary>Requests that hold memory until the test says otherwise.</summary>
    public int Holding => Volatile.Read(ref _holding);

    public void Release() => _release.TrySetResult();

    /// <summary>The framework's limiter with permits of memory.</summary>
    public static void Configure(IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
        limits.OnRejected = (rejected, _) =>
        {
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after))
            {
                rejected.HttpContext.Response.Headers.RetryAfter =
                    Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            return ValueTask.CompletedTask;
        };
        limits.AddPolicy("memory", context => RateLimitPartition.Get(
            "memory",
            _ => new MemoryLimiter(
                Subsystem(context, "policy"),
                new MemoryLimiterOptions { BytesPerPermit = Mebibyte })));
        limits.GlobalLimiter = PartitionedMemoryLimiter.Create<HttpContext>(context =>
            context.Request.Path == Global
                ? new MemoryClaim(Subsystem(context, "global"), BytesOf(context), Urgency.RiskyToFail)
                : MemoryClaim.None);
    });

    public void Map(WebApplication application)
    {
        application.UseRateLimiter();
        application.MapGet(Work, context => UseAsync(BytesOf(context), context.RequestAborted))
            .RequireHeadroom("work", BytesOf);
        application.MapGet(Hold, HoldAsync).RequireHeadroom("work", BytesOf);
        application.MapGet(Commit, async () => await Task.Yield())
            .RequireHeadroom("journal", Mebibyte / 2, Urgency.MustSucceed);
        application.MapGet(Policy, context => UseAsync(Mebibyte, context.RequestAborted))
            .RequireRateLimiting("memory");
        application.MapGet(Global, context => UseAsync(BytesOf(context), context.RequestAborted));
    }

    private static ISubsystem Subsystem(HttpContext context, string name) =>
        context.RequestServices.GetRequiredService<IMemoryBudget>().Subsystem(name);

    private static long BytesOf(HttpContext context) =>
        long.Parse(context.Request.Query["mebibytes"].ToString(), CultureInfo.InvariantCulture) * Mebibyte;

    private async Task HoldAsync(HttpContext context)
    {
        long bytes = BytesOf(context);
        Take(bytes);
        Interlocked.Increment(ref _holding);
        await _release.Task;
        Interlocked.Decrement(ref _holding);
        Interlocked.Add(ref _inUse, -bytes);
    }

    private async Task UseAsync(long bytes, CancellationToken aborted)
    {
        Take(bytes);
        try
        {
            byte[] memory = new byte[bytes];
            for (int page = 0; page < memory.Length; page += 4096)
            {
                memory[page] = 1;
            }

            await Task.Delay((int)(bytes / Mebibyte) * 5, aborted);
            GC.KeepAlive(memory);
        }
        finally
        {
            Interlocked.Add(ref _inUse, -bytes);
        }
    }

    private void Take(long bytes)
    {
        long now = Interlocked.Add(ref _inUse, bytes);
        long seen = Volatile.Read(ref _most);
        while (now > seen)
        {
            seen = Interlocked.CompareExchange(ref _most, now, seen);
        }
    }
}
