using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.World;

/// <summary>What waits for a moment to come.</summary>
internal sealed class Moments
{
    private readonly List<Trap> _traps = [];

    /// <summary>Does something at the n-th time that a moment comes on a host; then no more.</summary>
    internal void On(Moment moment, string host, string name, int nth, Action<SimSilo> happens) =>
        _traps.Add(new Trap(moment, host, name, happens) { Left = nth });

    internal void Clear() => _traps.Clear();

    internal void Come(Moment moment, SimSilo silo, string name)
    {
        for (int i = 0; i < _traps.Count; i++)
        {
            Trap trap = _traps[i];
            if (trap.Moment == moment && trap.Host == silo.Host && (trap.Name.Length == 0 || trap.Name == name)
                && --trap.Left <= 0)
            {
                _traps.RemoveAt(i);
                trap.Happens(silo);
                return;
            }
        }
    }

    private sealed class Trap(Moment moment, string host, string name, Action<SimSilo> happens)
    {
        internal Moment Moment => moment;

        internal string Host => host;

        internal string Name => name;

        internal Action<SimSilo> Happens => happens;

        internal int Left { get; set; }
    }
}
