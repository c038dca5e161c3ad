namespace Headroom;

/// <summary>
/// Memory is asked back: somebody with a higher urgency needs it. Disposing leases below <see cref="Below"/> gives it
/// back.
/// </summary>
/// <param name="Subsystem">The subsystem that is asked.</param>
/// <param name="Bytes">How much of its leases below <see cref="Below"/> should end; 1 or more.</param>
/// <param name="Below">Leases of a lower urgency than this are meant: the lowest first is the best choice.</param>
/// <param name="Within">
/// Within what time. A process that does not give back by then is marked, shown, and refused everything but
/// must-succeed until it has.
/// </param>
public sealed record ReclaimRequest(string Subsystem, long Bytes, Urgency Below, TimeSpan Within)
{
    internal HeapListener? Heap { get; init; }

    /// <summary>
    /// Has the garbage collector give back to the machine what the handler has just dropped, before it says that the
    /// memory is back by disposing the leases: dead objects stay resident otherwise. The process stands still
    /// meanwhile. Does nothing for less than 8 MiB, when that would take more than a twentieth of the time, and with
    /// <see cref="HeadroomOptions.CollectWhenAsked"/> off. For managed memory only: native memory is back when it is
    /// freed.
    /// </summary>
    /// <param name="droppedBytes">How much was dropped and is still leased; 0 or more.</param>
    public void Collect(long droppedBytes) => Heap?.TryCollect(droppedBytes, stillLeasedBytes: droppedBytes);
}
