namespace Headroom;

/// <summary>
/// A named consumer of memory in this process, such as <c>journal</c> or <c>page-cache</c>. Thread-safe.
/// </summary>
public interface ISubsystem
{
    /// <summary>The name, as given to <see cref="IMemoryBudget.Subsystem"/>.</summary>
    string Name { get; }

    /// <summary>
    /// Takes a lease from credit that this process already holds. Never blocks, sends nothing and allocates nothing;
    /// when credit runs low, more is asked for in the background, so that a later call succeeds.
    /// </summary>
    /// <param name="bytes">
    /// 1 or more. More than <see cref="HeadroomOptions.MaxIdleCreditBytes"/> is never held ahead of need: use
    /// <see cref="AcquireAsync"/> for such sizes.
    /// </param>
    /// <param name="urgency">What a refusal would do to the caller.</param>
    /// <param name="lease">The lease; <c>default</c> when the result is false.</param>
    /// <returns>
    /// True when the bytes are leased. False when credit does not suffice, when callers of a higher urgency wait for
    /// memory, or when there is no session with the authority; nothing is leased then.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The bytes are 0 or less, or the urgency is unknown. Nothing has changed.
    /// </exception>
    bool TryAcquire(long bytes, Urgency urgency, out MemoryLease lease);

    /// <summary>
    /// Takes a lease from credit, or else asks the authority, which waits and makes room as the urgency deserves:
    /// <see cref="Urgency.Optional"/> is answered at once, <see cref="Urgency.SafeToFail"/> within about a second,
    /// <see cref="Urgency.RiskyToFail"/> within some seconds. <see cref="Urgency.MustSucceed"/> may be asked for here
    /// too, and then waits until it is granted; prefer <see cref="AcquireMustSucceedAsync"/>, which names a reason.
    /// </summary>
    /// <param name="bytes">1 to the host's capacity.</param>
    /// <param name="urgency">What a refusal would do to the caller.</param>
    /// <param name="cancellationToken">Gives up. What the authority may have granted meanwhile goes back to it.</param>
    /// <returns>The lease, of all the bytes asked for. Dispose it to give them back.</returns>
    /// <exception cref="MemoryRefusedException">
    /// Refused; nothing is leased. Says by whom, why, and when to try again.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The bytes are 0 or less or more than the host has, or the urgency is unknown. Nothing is leased.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up; nothing is leased.</exception>
    /// <exception cref="ObjectDisposedException">The budget was closed; nothing is leased.</exception>
    ValueTask<MemoryLease> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a lease that failure must not be the answer to, such as one in the middle of a journal commit. Goes on
    /// until it is granted or the caller gives up, also while the authority is away.
    /// </summary>
    /// <param name="bytes">1 to the host's capacity.</param>
    /// <param name="reason">
    /// Why it must succeed, in a few words, for those who look at what is outstanding; not empty.
    /// </param>
    /// <param name="cancellationToken">Gives up. What the authority may have granted meanwhile goes back to it.</param>
    /// <returns>The lease, of all the bytes asked for. Dispose it to give them back.</returns>
    /// <exception cref="MemoryRefusedException">
    /// The subsystem's policy does not allow this urgency, or the request exceeds the container's whole must-succeed
    /// quota: <see cref="MemoryRefusedException.Reason"/> says which. Waiting would not help. Never thrown for want of
    /// memory.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The bytes are 0 or less, or more than the host has. Nothing is leased.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The reason is empty or longer than 256 characters. Nothing is leased.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up; nothing is leased.</exception>
    /// <exception cref="ObjectDisposedException">The budget was closed; nothing is leased.</exception>
    ValueTask<MemoryLease> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken = default);
}
