using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>
/// Bytes that this process may use until it disposes the lease. A small value that is cheap to pass; its copies are the
/// same lease. Disposing gives the bytes back once, however often and through whichever copy it is called, from any
/// thread. <c>default</c> is no lease; disposing it does nothing.
/// </summary>
public readonly struct MemoryLease : IDisposable, IEquatable<MemoryLease>
{
    private readonly LeaseSlot? _slot;
    private readonly long _token;
    private readonly long _bytes;

    internal MemoryLease(LeaseSlot slot, long token, long bytes)
    {
        _slot = slot;
        _token = token;
        _bytes = bytes;
    }

    /// <summary>The size that was leased, in bytes; 0 for <c>default</c>. Stays the same after disposal.</summary>
    public long Bytes => _bytes;

    /// <summary>The urgency it was leased at. Stays the same after disposal.</summary>
    public Urgency Urgency => LeaseSlot.UrgencyOf(_token);

    /// <summary>
    /// True while the bytes are held: from when they were leased until the first disposal through any copy.
    /// </summary>
    public bool IsAcquired => _slot is not null && _slot.Holds(_token);

    /// <summary>
    /// Where the bytes are, when another host lends them: then they must be kept there, and none of them in this
    /// process. Null for a lease of memory of this process, and after disposal.
    /// </summary>
    public RemoteMemory? RemoteMemory => (Origin as LoanOrigin)?.Memory;

    /// <summary>
    /// The object that was registered with <see cref="ISubsystem.RegisterFallback"/>, when must-succeed could not be
    /// met and the subsystem declared <c>Fallback</c>: to be used instead of new memory, until disposal. Null for any
    /// other lease.
    /// </summary>
    public object? Fallback => (Origin as FallbackOrigin)?.Object;

    /// <summary>True when both are the same lease, or both are none.</summary>
    public static bool operator ==(MemoryLease left, MemoryLease right) => left.Equals(right);

    /// <summary>True when they are different leases.</summary>
    public static bool operator !=(MemoryLease left, MemoryLease right) => !left.Equals(right);

    /// <summary>
    /// Gives the bytes back. Never blocks on the authority, never throws; does nothing when that was done already.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose() => _slot?.End(_token, _bytes, StackPage.Current);

    /// <inheritdoc/>
    public bool Equals(MemoryLease other) => ReferenceEquals(_slot, other._slot) && _token == other._token;

    private ILeaseOrigin? Origin => _slot?.OriginOf(_token);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MemoryLease other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_slot, _token);
}
