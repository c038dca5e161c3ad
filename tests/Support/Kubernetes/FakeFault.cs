namespace Headroom.Support.Kubernetes;

/// <summary>An answer in place of the right one.</summary>
/// <param name="Status">The status; 0 breaks the connection without an answer.</param>
/// <param name="Message">The words of the Status object; null for a body that is no JSON.</param>
public sealed record FakeFault(int Status, string? Message = "made to fail")
{
    /// <summary>Seconds of the Retry-After header; null for no such header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>How long the answer takes.</summary>
    public TimeSpan Delay { get; init; }
}
