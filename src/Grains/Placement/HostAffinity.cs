namespace Headroom.Grains.Placement;

/// <summary>
/// Places a grain on the silo of the host that its key begins with, while that silo is up; elsewhere when it is not.
/// So the authority over a host's memory shares the host's fate, and what it decides there needs no network.
/// </summary>
[Serializable, GenerateSerializer, Immutable, SuppressReferenceTracking]
internal sealed class HostAffinity : PlacementStrategy
{
    /// <summary>It has no state.</summary>
    public static readonly HostAffinity Instance = new();
}
