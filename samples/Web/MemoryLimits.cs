using System.Globalization;
using System.Threading.RateLimiting;
using Headroom.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Headroom.Samples.Web;

/// <summary>The framework's limiter, with memory as its permits.</summary>
internal static class MemoryLimits
{
    internal const string Reports = "reports";

    // A report's rows, and the text that is made of them.
    private const long ReportBytes = 8L << 20;

    internal static void Configure(RateLimiterOptions limits)
    {
        limits.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
        limits.OnRejected = SayWhenToTryAgain;
        limits.AddPolicy(Reports, context => RateLimitPartition.Get(Reports, name => new MemoryLimiter(
            context.RequestServices.GetRequiredService<IMemoryBudget>().Subsystem(name),
            new MemoryLimiterOptions { BytesPerPermit = ReportBytes, Urgency = Urgency.Optional })));
    }

    private static ValueTask SayWhenToTryAgain(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after))
        {
            rejected.HttpContext.Response.Headers.RetryAfter =
                Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return ValueTask.CompletedTask;
    }
}
