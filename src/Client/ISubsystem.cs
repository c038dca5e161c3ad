namespace Headroom;

/// <summary>
/// A named consumer of memory in this process, such as <c>journal</c> or <c>page-cache</c>. Thread-safe.
/// </summary>
public interface ISubsystem
{
    /// <summary>The name, as given to <see cref="IMemoryBudget.Subsystem"/>.</summary>
    string Name { get; }

    /// <summary>
    /// Bytes that this process holds ahead of need and that nobody has leased, without what is kept for must-succeed
    /// alone: about what <see cref="TryAcquire"/> could lease now. 0 or more; an estimate, since other threads lease
    /// meanwhile. Sends nothing.
    /// </summary>
    long CreditBytes { get; }

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
    /// As <see cref="TryAcquire"/> at <see cref="Urgency.MustSucceed"/>, with a reason for the books. False is no
    /// refusal: <see cref="AcquireMustSucceedAsync(long, string, CancellationToken)"/> goes on from there.
    /// </summary>
    /// <param name="bytes">1 or more.</param>
    /// <param name="reason">Why it must succeed; not empty, at most 256 characters.</param>
    /// <param name="lease">The lease; <c>default</c> when the result is false.</param>
    /// <returns>True when the bytes are leased; false when credit does not suffice.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are 0 or less. Nothing has changed.</exception>
    /// <exception cref="ArgumentException">
    /// The reason is empty or longer than 256 characters. Nothing has changed.
    /// </exception>
    bool TryAcquireMustSucceed(long bytes, string reason, out MemoryLease lease);

    /// <summary>
    /// Takes a lease from credit, or else asks the authority, which waits and makes room as the urgency deserves:
    /// <see cref="Urgency.Optional"/> is answered at once, <see cref="Urgency.SafeToFail"/> within about a second,
    /// <see cref="Urgency.RiskyToFail"/> within some seconds. <see cref="Urgency.MustSucceed"/> may be asked for here
    /// too, and then waits until it is granted; prefer
    /// <see cref="AcquireMustSucceedAsync(long, string, CancellationToken)"/>, which names a reason.
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
    /// Returns the handle of a kind of work that stands in place of a size: it learns what it really uses, and asks for
    /// that. The same key gives the same handle; keep it, the look-up is not for the hot path. A process keeps 1,024 of
    /// them; one more replaces the one that learned nothing for longest, which goes on for those that hold it.
    /// </summary>
    /// <param name="key">
    /// 1 to 256 characters that name the kind, such as <c>scan-table</c>: not what one piece of work is about.
    /// </param>
    /// <param name="options">How it is estimated; null for the defaults. The first call for a key decides.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long. Nothing has changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The start size or the half-life is out of its range. Nothing has changed.
    /// </exception>
    IOperation Operation(string key, OperationOptions? options = null);

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

    /// <summary>
    /// As <see cref="AcquireMustSucceedAsync(long, string, CancellationToken)"/>, with more to say about how it may be
    /// met.
    /// </summary>
    /// <param name="bytes">1 to the host's capacity.</param>
    /// <param name="reason">Why it must succeed; not empty, at most 256 characters.</param>
    /// <param name="options">Whether it may be memory of other hosts, and of how many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The lease. With <see cref="MemoryLease.RemoteMemory"/> its bytes are on another host; with
    /// <see cref="MemoryLease.Fallback"/> it is an object that was registered.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Replicas are not 1 or 2, or the bytes cannot be.</exception>
    ValueTask<MemoryLease> AcquireMustSucceedAsync(
        long bytes, string reason, MustSucceedOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Acquires the worst case of an operation before its point of no return: this may be refused, as
    /// <see cref="Urgency.SafeToFail"/> is, and later draws cannot. The bytes are then held at the highest urgency that
    /// the subsystem's policy allows, so that they are not asked back; they count for its must-succeed quota.
    /// </summary>
    /// <param name="bytes">The worst case; 1 to the host's capacity.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The reservation; dispose it when the operation has ended.</returns>
    /// <exception cref="MemoryRefusedException">Refused; nothing is reserved.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are 0 or less, or more than the host has.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; nothing is reserved.</exception>
    /// <exception cref="ObjectDisposedException">The budget was closed; nothing is reserved.</exception>
    ValueTask<MemoryReservation> ReserveAsync(long bytes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Registers who gives memory back when it is asked back for a higher urgency. Credit that nobody leases goes back
    /// without asking. Handlers are called one after the other, never twice at once, and may themselves acquire;
    /// memory counts as given back when its lease is disposed. What they throw is logged. While they do not give all
    /// that is asked they are called again, about once a second at most. Without a handler this process is marked and
    /// refused when it is asked.
    /// </summary>
    /// <param name="handler">Gives back about as much as is asked.</param>
    /// <returns>Dispose it to take the handler away.</returns>
    IDisposable OnReclaim(Action<ReclaimRequest> handler);

    /// <inheritdoc cref="OnReclaim(Action{ReclaimRequest})"/>
    IDisposable OnReclaim(Func<ReclaimRequest, ValueTask> handler);

    /// <summary>How the subsystem stands, as last heard: something else than normal at its last resort.</summary>
    SubsystemState State { get; }

    /// <summary>Registers who is told of each change of <see cref="State"/>; on another thread.</summary>
    /// <param name="handler">Told of the new state.</param>
    /// <returns>Dispose it to take the handler away.</returns>
    IDisposable OnStateChange(Action<SubsystemState> handler);

    /// <summary>
    /// Registers an object that was made in good time, such as a buffer, for a subsystem whose last resort is
    /// <c>Fallback</c>: a must-succeed that cannot be met then gets a lease with it. Each object serves one lease at a
    /// time; when none is free the request goes on waiting.
    /// </summary>
    /// <param name="fallback">The object.</param>
    /// <returns>Dispose it to take the object back; a lease that has it keeps it.</returns>
    IDisposable RegisterFallback(object fallback);

    /// <summary>
    /// Registers who moves loans home, for a subsystem whose policy wants that: called with a lease whose bytes are on
    /// another host and a new one at home of the same size, when there is room again. It copies the content
    /// (<see cref="RemoteMemory.CopyToAsync"/>) and uses the new lease from then on; the old one is disposed when it
    /// returns. When it throws, the new one is disposed and all stays as it was.
    /// </summary>
    /// <param name="move">Moves one lease's content.</param>
    /// <returns>Dispose it to take it away.</returns>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    IDisposable OnComeHome(Func<MemoryLease, MemoryLease, ValueTask> move);
}
