namespace Headroom.Samples.Journal.Memory;

/// <summary>
/// Real memory and the lease that stands for it, as one: allocated after the lease was granted, freed before it is
/// given back. The owner disposes it once nobody uses its span any more.
/// </summary>
internal sealed class LeasedBuffer : IDisposable
{
    private readonly IDisposable _lease;
    private readonly PageBlock _pages;
    private bool _disposed;

    private LeasedBuffer(IDisposable lease, long bytes)
    {
        _lease = lease;
        Length = checked((int)bytes);
        try
        {
            _pages = new PageBlock(bytes);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Bytes held: what was asked, rounded up to whole pages.</summary>
    internal int Length { get; }

    /// <summary>The memory.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    internal Span<byte> Span => _pages.Span;

    /// <summary>Leases without waiting, then allocates; null when refused.</summary>
    internal static LeasedBuffer? TryAllocate(IAdmission admission, long bytes, Urgency urgency)
    {
        long rounded = NativePages.RoundUp(bytes);
        return admission.TryAcquire(rounded, urgency, out IDisposable? lease) ? new LeasedBuffer(lease, rounded) : null;
    }

    /// <summary>Leases, waiting as the urgency deserves, then allocates.</summary>
    /// <exception cref="MemoryRefusedException">Refused; nothing is held.</exception>
    internal static async ValueTask<LeasedBuffer> AllocateAsync(
        IAdmission admission, long bytes, Urgency urgency, CancellationToken cancellationToken)
    {
        long rounded = NativePages.RoundUp(bytes);
        return new LeasedBuffer(await admission.AcquireAsync(rounded, urgency, cancellationToken), rounded);
    }

    /// <summary>Leases where a refusal is no answer, then allocates.</summary>
    internal static async ValueTask<LeasedBuffer> AllocateMustSucceedAsync(
        IAdmission admission, long bytes, string reason, CancellationToken cancellationToken)
    {
        long rounded = NativePages.RoundUp(bytes);
        return new LeasedBuffer(await admission.AcquireMustSucceedAsync(rounded, reason, cancellationToken), rounded);
    }

    /// <summary>
    /// Frees the memory, then gives the lease back. Idempotent; not for use from two threads at once.
    /// </summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _pages.Dispose();
            _lease.Dispose();
        }
    }
}
