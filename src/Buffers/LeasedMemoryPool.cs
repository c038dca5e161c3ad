using System.Buffers;
using System.Numerics;

namespace Headroom.Buffers;

/// <summary>
/// A pool of byte buffers that are leased while they are rented: arrays of .NET's shared pool, each covered by a lease
/// of all its bytes. Thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Rent"/> allocates a small object for each rent, as it must: an owner that was used again could not tell a
/// second disposal of an earlier renter from that of the present one. <see cref="TryRent"/> and <see cref="RentAsync"/>
/// give a value instead and allocate nothing.
/// </remarks>
public sealed class LeasedMemoryPool : MemoryPool<byte>
{
    /// <summary>What is rented when no size is asked for: a page, as the pools of .NET do.</summary>
    private const int DefaultBytes = 4096;

    // What the shared array pool rounds to: powers of two from 16 up to 1 GiB. Larger arrays are as large as asked.
    private const int SmallestBytes = 16;
    private const int LargestRounded = 1 << 30;

    // What one exchange with an authority nearby takes, and some.
    private static readonly TimeSpan RefillPause = TimeSpan.FromMilliseconds(20);

    private readonly ISubsystem _subsystem;
    private readonly Urgency _urgency;
    private volatile bool _disposed;

    /// <summary>Makes a pool.</summary>
    /// <param name="subsystem">Whose bytes they are.</param>
    /// <param name="urgency">
    /// What a refusal does to whoever rents; below <see cref="Urgency.MustSucceed"/>, for which there is
    /// <see cref="RentMustSucceedAsync"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The urgency is must-succeed or unknown.</exception>
    public LeasedMemoryPool(ISubsystem subsystem, Urgency urgency)
    {
        ArgumentNullException.ThrowIfNull(subsystem);
        if (urgency >= Urgency.MustSucceed)
        {
            throw new ArgumentOutOfRangeException(
                nameof(urgency), urgency, "Below MustSucceed, for which there is RentMustSucceedAsync.");
        }

        (_subsystem, _urgency) = (subsystem, urgency);
    }

    /// <summary>The largest size that can be asked for, in bytes: that of an array.</summary>
    public override int MaxBufferSize => Array.MaxLength;

    /// <summary>Rents a buffer on local credit. Never waits, sends nothing.</summary>
    /// <param name="minBufferSize">0 to <see cref="MaxBufferSize"/>; -1 for 4 KiB.</param>
    /// <returns>
    /// The buffer's owner; its memory has that many bytes or more, with any content. Dispose it to give it back.
    /// </returns>
    /// <exception cref="MemoryRefusedException">
    /// Credit does not suffice. Nothing is rented; more credit is asked for in the background. <see cref="RentAsync"/>
    /// asks the authority in this case.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The size cannot be. Nothing is rented.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed. Nothing is rented.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) =>
        TryRent(minBufferSize, out LeasedBuffer buffer) ? buffer : throw Refused(minBufferSize);

    /// <summary>Rents a buffer on local credit. Never waits, sends nothing, allocates nothing but the buffer.</summary>
    /// <param name="minBufferSize">0 to <see cref="MaxBufferSize"/>; -1 for 4 KiB.</param>
    /// <param name="buffer">
    /// The buffer, with that many bytes or more and any content; <c>default</c> when the result is false.
    /// </param>
    /// <returns>
    /// False when credit does not suffice; more is asked for in the background. Nothing is rented then.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The size cannot be. Nothing is rented.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed. Nothing is rented.</exception>
    public bool TryRent(int minBufferSize, out LeasedBuffer buffer)
    {
        int bytes = BytesOf(minBufferSize);
        if (!_subsystem.TryAcquire(bytes, _urgency, out MemoryLease lease))
        {
            buffer = default;
            return false;
        }

        buffer = LeasedBuffer.Rent(bytes, lease);
        return true;
    }

    /// <summary>
    /// Rents a buffer on local credit, or else asks the authority, which waits and makes room as the urgency deserves.
    /// </summary>
    /// <param name="minBufferSize">0 to <see cref="MaxBufferSize"/>; -1 for 4 KiB.</param>
    /// <param name="cancellationToken">Gives up; nothing is rented then.</param>
    /// <returns>The buffer, with that many bytes or more and any content.</returns>
    /// <exception cref="MemoryRefusedException">Refused. Nothing is rented.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size cannot be, or the host has less. Nothing is rented.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up. Nothing is rented.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The pool was disposed, or the budget was closed. Nothing is rented.
    /// </exception>
    public ValueTask<LeasedBuffer> RentAsync(int minBufferSize, CancellationToken cancellationToken = default)
    {
        int bytes = BytesOf(minBufferSize);
        ValueTask<MemoryLease> asked = _subsystem.AcquireAsync(bytes, _urgency, cancellationToken);
        return asked.IsCompletedSuccessfully
            ? ValueTask.FromResult(LeasedBuffer.Rent(bytes, asked.Result))
            : RentWhenGrantedAsync(bytes, asked);
    }

    /// <summary>
    /// Rents a buffer that failure must not be the answer to: goes on until it is granted or the caller gives up. When
    /// this host has nothing left its bytes may be memory of another one.
    /// </summary>
    /// <param name="minBufferSize">0 to <see cref="MaxBufferSize"/>; -1 for 4 KiB.</param>
    /// <param name="reason">
    /// Why it must succeed, in a few words, for those who look at what is outstanding; 1 to 256 characters.
    /// </param>
    /// <param name="options">
    /// Whether it may be memory of other hosts, and of how many; null for one. Who needs
    /// <see cref="MustSucceedBuffer.Memory"/> must not allow loans.
    /// </param>
    /// <param name="cancellationToken">Gives up; nothing is rented then.</param>
    /// <returns>The buffer, with that many bytes or more and any content. Dispose it to give it back.</returns>
    /// <exception cref="MemoryRefusedException">
    /// The policy does not allow this urgency, the request exceeds the whole quota, or the subsystem is at its last
    /// resort. Never for want of memory. Nothing is rented.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The last resort was a registered fallback that is no <c>byte[]</c> of this size or more. Nothing is rented.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The reason is empty or too long, or the size cannot be. Nothing is rented.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up. Nothing is rented.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The pool was disposed, or the budget was closed. Nothing is rented.
    /// </exception>
    public async ValueTask<MustSucceedBuffer> RentMustSucceedAsync(
        int minBufferSize,
        string reason,
        MustSucceedOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        int bytes = BytesOf(minBufferSize);
        MemoryLease lease = await _subsystem.AcquireMustSucceedAsync(
            bytes, reason, options ?? new MustSucceedOptions(), cancellationToken);
        return MustSucceedBuffer.Of(lease, minBufferSize);
    }

    /// <summary>Ends renting. Buffers that are rented stay so until they are disposed.</summary>
    /// <param name="disposing">Whether this was called, and not the finalizer.</param>
    protected override void Dispose(bool disposing) => _disposed = true;

    // The array's length, and so the lease's.
    private int BytesOf(int minBufferSize)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int bytes = minBufferSize == -1 ? DefaultBytes : minBufferSize;
        if ((uint)bytes > (uint)Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(minBufferSize), minBufferSize, $"-1 to {Array.MaxLength} bytes.");
        }

        return bytes > LargestRounded
            ? bytes
            : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, SmallestBytes));
    }

    private static async ValueTask<LeasedBuffer> RentWhenGrantedAsync(int bytes, ValueTask<MemoryLease> asked) =>
        LeasedBuffer.Rent(bytes, await asked);

    private MemoryRefusedException Refused(int minBufferSize)
    {
        int bytes = BytesOf(minBufferSize);
        return new MemoryRefusedException(
            $"Subsystem {_subsystem.Name} has no credit for a buffer of {bytes} bytes at urgency {_urgency}.")
        {
            Reason = RefusalReason.NotEnoughMemory,
            RefusedBy = "local credit",
            RequestedBytes = bytes,
            Urgency = _urgency,
            RetryAfter = RefillPause,
        };
    }
}
