using Orleans.Placement;

namespace Headroom.Grains.Placement;

/// <summary>Marks a grain whose key is a host's name, or begins with it and a slash.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class HostAffinityAttribute() : PlacementAttribute(HostAffinity.Instance);
