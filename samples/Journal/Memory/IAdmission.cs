using System.Diagnostics.CodeAnalysis;

namespace Headroom.Samples.Journal.Memory;

/// <summary>
/// Where a part of the store asks for memory: the shape of <see cref="ISubsystem"/>, with a lease that anybody can
/// make. The same store runs against a cluster, a budget of its own process, or nothing at all, and the difference
/// can be measured.
/// </summary>
internal interface IAdmission
{
    /// <summary>Asks without waiting.</summary>
    /// <param name="bytes">1 or more.</param>
    /// <param name="urgency">What a refusal would do to the caller.</param>
    /// <param name="lease">Dispose it to give the bytes back, after the memory is freed.</param>
    /// <returns>False when refused; nothing is leased then.</returns>
    bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease);

    /// <summary>Asks, and waits as long as the urgency deserves.</summary>
    /// <exception cref="MemoryRefusedException">Refused; nothing is leased.</exception>
    ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken);

    /// <summary>Asks where a refusal is no answer; waits until granted or given up.</summary>
    /// <exception cref="MemoryRefusedException">Not allowed by policy, or never possible; nothing is
    /// leased.</exception>
    ValueTask<IDisposable> AcquireMustSucceedAsync(long bytes, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for memory that cannot be given up before its owner ends: refused as <see cref="Urgency.SafeToFail"/> is,
    /// and held as <see cref="Urgency.MustSucceed"/>, so that nobody asks it back.
    /// </summary>
    /// <exception cref="MemoryRefusedException">Refused; nothing is leased.</exception>
    ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken)
        => AcquireAsync(bytes, Urgency.SafeToFail, cancellationToken);

    /// <summary>Registers who gives memory back when it is asked back for somebody who needs it more.</summary>
    /// <param name="give">Frees about so many bytes, and says how many it freed.</param>
    /// <returns>Dispose it to take that away; null where nobody ever asks.</returns>
    IDisposable? OnReclaim(Func<long, long> give) => null;
}
