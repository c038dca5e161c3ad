using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore;

/// <summary>Estimates of the memory that a request will use.</summary>
public static class RequestEstimate
{
    /// <summary>
    /// Estimates by the size of the request's body, for handlers that read it into memory: <c>extra + copies x
    /// Content-Length</c>. The server ends a request whose body is longer than it said.
    /// </summary>
    /// <param name="unknownBytes">
    /// The body's size when the request does not say it; 0 or more. A body that is sent in chunks may be as long as the
    /// server allows (<see cref="Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature"/>).
    /// </param>
    /// <param name="extraBytes">What a request needs beside its body; 0 or more.</param>
    /// <param name="copies">How often the body is in memory at the same time; 1 or more.</param>
    /// <returns>The estimate; <see cref="long.MaxValue"/> at most.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static Func<HttpContext, long> ContentLength(long unknownBytes, long extraBytes = 0, int copies = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unknownBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(extraBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(copies);
        return context => Sum(extraBytes, copies, BodyBytes(context, unknownBytes));
    }

    // A request without a body says neither a length nor that its body comes in chunks.
    private static long BodyBytes(HttpContext context, long unknownBytes) =>
        context.Request.ContentLength
        ?? (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody
            == false ? 0 : unknownBytes);

    // The length is what a client says it is.
    private static long Sum(long extra, int copies, long body) =>
        body <= (long.MaxValue - extra) / copies ? extra + (copies * body) : long.MaxValue;
}
