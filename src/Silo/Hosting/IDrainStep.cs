namespace Headroom.Silo.Hosting;

/// <summary>
/// Something that must happen when this silo is told to stop, before anything is stopped: typically no longer granting
/// memory. Register it as a singleton. All steps run at once; each is called once.
/// </summary>
public interface IDrainStep
{
    /// <summary>
    /// Drains. The HTTP server, the silo and the store all still work; readiness is off already. A step that throws is
    /// logged and does not keep the silo from stopping.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the time for draining is over; the silo then stops
    /// regardless.</param>
    ValueTask DrainAsync(CancellationToken cancellationToken);
}
