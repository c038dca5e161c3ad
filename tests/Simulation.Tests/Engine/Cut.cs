namespace Headroom.Simulation.Tests.Engine;

/// <summary>Messages that do not get through.</summary>
internal sealed class Cut
{
    private readonly Func<SimProcess, SimProcess, bool> _parts;

    private Cut(Func<SimProcess, SimProcess, bool> parts) => _parts = parts;

    /// <summary>Some cannot be reached by the others, or cannot reach them; among themselves they can.</summary>
    internal static Cut Around(Func<SimProcess, bool> inside, bool incoming = true, bool outgoing = true) => new(
        (from, to) => inside(from) ? outgoing && !inside(to) : incoming && inside(to));

    /// <summary>Two cannot reach each other.</summary>
    internal static Cut Between(SimProcess one, SimProcess other) => new(
        (from, to) => (from == one && to == other) || (from == other && to == one));

    internal bool Parts(SimProcess from, SimProcess to) => _parts(from, to);
}
