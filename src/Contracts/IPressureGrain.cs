namespace Headroom.Contracts;

/// <summary>
/// Makes memory of one host scarce on purpose. Key: the host's name. It acts only on that host's silo, and only where
/// faults on purpose are enabled.
/// </summary>
[Alias("headroom.IPressureGrain")]
public interface IPressureGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes and touches memory, holds it for a time, and then gives it back. Repeated, it takes more.
    /// </summary>
    /// <param name="bytes">How much; more than 0.</param>
    /// <param name="duration">For how long; more than zero.</param>
    /// <param name="cancellationToken">Looked at before anything is taken.</param>
    /// <returns>
    /// Null when it is held; otherwise why not, and nothing is held that was not before: more than the host's silo
    /// allows at once, or than the machine has.
    /// </returns>
    [Alias("Hold")]
    ValueTask<string?> HoldAsync(long bytes, TimeSpan duration, CancellationToken cancellationToken);
}
