namespace Headroom;

/// <summary>
/// A kind of work of a subsystem, such as <c>scan-table</c>, that stands in place of a size: what is asked for is what
/// it really used before. Thread-safe.
/// </summary>
public interface IOperation
{
    /// <summary>The key, as given to <see cref="ISubsystem.Operation"/>.</summary>
    string Key { get; }

    /// <summary>
    /// Bytes that would be asked for now: the 99th percentile of what was recorded, newer uses counting more, at most a
    /// sixteenth too much; the start size while nothing is recorded.
    /// </summary>
    long EstimateBytes { get; }

    /// <summary>
    /// Takes <see cref="EstimateBytes"/> from credit, as <see cref="ISubsystem.TryAcquire"/> does. Never blocks, sends
    /// nothing, and allocates nothing once as many leases were outstanding before.
    /// </summary>
    /// <param name="urgency">What a refusal would do to the caller.</param>
    /// <param name="lease">The lease; <c>default</c> when the result is false.</param>
    /// <returns>True when the bytes are leased; false when nothing is.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The urgency is unknown. Nothing has changed.</exception>
    bool TryAcquire(Urgency urgency, out EstimatedLease lease);

    /// <summary>
    /// Takes <see cref="EstimateBytes"/> from credit, or else asks the authority, as
    /// <see cref="ISubsystem.AcquireAsync"/> does. The reason of <see cref="Urgency.MustSucceed"/> is the key.
    /// </summary>
    /// <param name="urgency">What a refusal would do to the caller.</param>
    /// <param name="cancellationToken">Gives up. What the authority may have granted meanwhile goes back to it.</param>
    /// <returns>The lease. Dispose it to give the bytes back and to have the estimate learn from it.</returns>
    /// <exception cref="MemoryRefusedException">Refused; nothing is leased.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The urgency is unknown. Nothing is leased.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; nothing is leased.</exception>
    /// <exception cref="ObjectDisposedException">The budget was closed; nothing is leased.</exception>
    ValueTask<EstimatedLease> AcquireAsync(Urgency urgency, CancellationToken cancellationToken = default);
}
