namespace Headroom.Core.Tests.Session;

/// <summary>A lease as its holder has it.</summary>
internal readonly record struct HeldLease(LeaseSlot Slot, long Token, long Bytes)
{
    /// <summary>Where nobody else is, for as long as the thread lives.</summary>
    internal static nuint Place => (nuint)Environment.CurrentManagedThreadId << 12;

    internal Urgency Urgency => LeaseSlot.UrgencyOf(Token);

    internal bool IsHeld => Slot.Holds(Token);

    internal void End() => Slot.End(Token, Bytes, Place);
}
