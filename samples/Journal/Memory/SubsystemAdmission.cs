using System.Diagnostics.CodeAnalysis;

namespace Headroom.Samples.Journal.Memory;

/// <summary>Asks the cluster, through a subsystem of the SDK.</summary>
internal sealed class SubsystemAdmission(ISubsystem subsystem) : IAdmission
{
    // A commit is written to the disk from buffers of this process: memory of another host is none to it.
    private static readonly MustSucceedOptions AtHome = new() { AllowLoan = false };

    /// <inheritdoc/>
    public bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease)
    {
        bool granted = subsystem.TryAcquire(bytes, urgency, out MemoryLease held);
        lease = granted ? held : null;
        return granted;
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken)
        => await subsystem.AcquireAsync(bytes, urgency, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IDisposable> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken)
        => await subsystem.AcquireMustSucceedAsync(bytes, reason, AtHome, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        // All of it is drawn at once: what lies unused in a reservation goes back after a while.
        await using MemoryReservation reserved = await subsystem.ReserveAsync(bytes, cancellationToken);
        return reserved.Draw(bytes);
    }

    /// <inheritdoc/>
    public IDisposable? OnReclaim(Func<long, long> give) => subsystem.OnReclaim(request => { give(request.Bytes); });
}
