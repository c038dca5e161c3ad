namespace Headroom;

/// <summary>What one holder has of a budget at one urgency.</summary>
/// <param name="Name">A subsystem of the container.</param>
/// <param name="Urgency">The urgency.</param>
/// <param name="Bytes">Bytes leased.</param>
public readonly record struct Holder(string Name, Urgency Urgency, long Bytes);
