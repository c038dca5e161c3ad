using System.Globalization;

namespace Headroom;

/// <summary>
/// A request for memory was refused. Nothing is leased; the caller does what its urgency says that it can do.
/// </summary>
public sealed class MemoryRefusedException : Exception
{
    /// <summary>Makes an exception that says nothing but that memory was refused.</summary>
    public MemoryRefusedException()
        : this("Memory was refused.")
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">A full sentence.</param>
    public MemoryRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    /// <param name="message">A full sentence.</param>
    /// <param name="innerException">What kept the authority from answering; null for none.</param>
    public MemoryRefusedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Why.</summary>
    public RefusalReason Reason { get; init; }

    /// <summary>
    /// Which budget refused, with its name, such as <c>container orders</c>; of
    /// <see cref="RefusalReason.AuthorityUnavailable"/>, which authority did not answer.
    /// </summary>
    public string RefusedBy { get; init; } = "";

    /// <summary>Bytes that were asked for.</summary>
    public long RequestedBytes { get; init; }

    /// <summary>
    /// Bytes that the refusing budget had for this urgency; less than 0 when it is overdrawn, 0 when unknown.
    /// </summary>
    public long AvailableBytes { get; init; }

    /// <summary>The urgency that was asked at.</summary>
    public Urgency Urgency { get; init; }

    /// <summary>When to try again; zero when trying again would not help.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The steps that were tried, in order, each with what it had; empty when none was reached.</summary>
    public IReadOnlyList<RungAttempt> Rungs { get; init; } = [];

    internal static string Describe(
        string subsystem, long bytes, Urgency urgency, string refusedBy, long availableBytes, string? detail)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"Subsystem {subsystem} was refused {bytes} bytes at urgency {urgency} by {refusedBy}, "
            + $"which had {availableBytes} bytes for it{(detail is null ? "" : $": {detail.TrimEnd('.')}")}.");
}
