using System.Net;

namespace Headroom.Silo.Kubernetes.Api;

/// <summary>The API server refused, or did not answer.</summary>
internal sealed class ApiException : Exception
{
    public ApiException()
    {
    }

    public ApiException(string message)
        : base(message)
    {
    }

    public ApiException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes one from an answer.</summary>
    /// <param name="status">The status.</param>
    /// <param name="message">Its words.</param>
    /// <param name="retryAfter">When the API server wants to be asked again; null when it does not say.</param>
    public ApiException(HttpStatusCode status, string message, TimeSpan? retryAfter)
        : base(message) => (Status, RetryAfter) = (status, retryAfter);

    /// <summary>The status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>When the API server wants to be asked again; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
