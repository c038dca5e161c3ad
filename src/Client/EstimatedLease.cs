namespace Headroom;

/// <summary>
/// Bytes for an operation whose need was estimated. A small value that is cheap to pass; its copies are the same lease.
/// It may grow, may start again with more, and tells its operation what was really used. For one caller at a time,
/// except disposing, which any thread may do. <c>default</c> is no lease; disposing it does nothing.
/// </summary>
public readonly struct EstimatedLease : IDisposable, IEquatable<EstimatedLease>
{
    private readonly EstimateSlot? _slot;
    private readonly long _token;

    internal EstimatedLease(EstimateSlot slot, long token)
    {
        _slot = slot;
        _token = token;
    }

    /// <summary>Bytes that are leased now, what it grew by included; 0 for <c>default</c> and after disposal.</summary>
    public long Bytes => _slot?.BytesOf(_token) ?? 0;

    /// <summary>True until the first disposal through any copy.</summary>
    public bool IsAcquired => _slot is not null && _slot.Holds(_token);

    /// <summary>True when both are the same lease, or both are none.</summary>
    public static bool operator ==(EstimatedLease left, EstimatedLease right) => left.Equals(right);

    /// <summary>True when they are different leases.</summary>
    public static bool operator !=(EstimatedLease left, EstimatedLease right) => !left.Equals(right);

    /// <summary>
    /// Says what was really used so far; of several calls the largest counts. The operation learns it when the lease is
    /// disposed. Without it the operation learns only that a lease which grew was too small.
    /// </summary>
    /// <param name="usedBytes">
    /// The most that was in use at once; 0 or more. May be more than was leased: then say what was needed.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are negative. Nothing has changed.</exception>
    public void Record(long usedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usedBytes);
        _slot?.Record(_token, usedBytes);
    }

    /// <summary>
    /// Adds bytes from credit, at the urgency of the lease. Never blocks and sends nothing. The operation learns that
    /// so much was needed, also when the result is false.
    /// </summary>
    /// <param name="bytes">1 or more.</param>
    /// <returns>
    /// True when they are part of the lease. False when credit does not suffice, or the lease was disposed; nothing has
    /// changed then.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are 0 or less. Nothing has changed.</exception>
    public bool TryGrow(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        return _slot is not null && _slot.TryGrow(_token, bytes);
    }

    /// <summary>
    /// Adds bytes from credit, or else asks the authority, at the urgency of the lease and as patiently. What is leased
    /// already stays leased meanwhile: prefer <see cref="RestartAsync"/> for work that can start again.
    /// </summary>
    /// <param name="bytes">1 to the host's capacity.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MemoryRefusedException">
    /// Refused; the lease is as it was, and the operation learns that so much was needed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The bytes are 0 or less, or more than the host has. The lease is as it was.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up; the lease is as it was.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The lease was disposed, before or meanwhile, or the budget was closed. Nothing is added.
    /// </exception>
    public ValueTask GrowAsync(long bytes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        return Slot.GrowAsync(_token, bytes, cancellationToken);
    }

    /// <summary>
    /// For work that outgrew its lease and starts again: gives all bytes back, and then asks for at least twice as
    /// many. Nothing is held while it waits.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MemoryRefusedException">
    /// Refused. The lease has no bytes, and the operation learns that twice as much was needed. It may be tried again,
    /// which asks for as much again, and must be disposed.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up; the lease has no bytes.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The lease was disposed, before or meanwhile, or the budget was closed. Nothing is leased.
    /// </exception>
    public ValueTask RestartAsync(CancellationToken cancellationToken = default) =>
        Slot.RestartAsync(_token, cancellationToken);

    /// <summary>
    /// Gives all bytes back and has the operation learn. Never blocks on the authority, never throws; does nothing when
    /// that was done already.
    /// </summary>
    public void Dispose() => _slot?.End(_token);

    /// <inheritdoc/>
    public bool Equals(EstimatedLease other) => ReferenceEquals(_slot, other._slot) && _token == other._token;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EstimatedLease other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_slot, _token);

    private EstimateSlot Slot => _slot ?? throw new ObjectDisposedException(nameof(EstimatedLease));
}
