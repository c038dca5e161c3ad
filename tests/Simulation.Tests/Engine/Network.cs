namespace Headroom.Simulation.Tests.Engine;

/// <summary>Carries messages: late, out of order, twice or not at all, as the plan of the world says.</summary>
internal sealed class Network(Simulator world, Chance chance)
{
    // Between two machines of one network, and between two processes of one machine.
    private static readonly TimeSpan Nearest = TimeSpan.FromMicroseconds(20);
    private static readonly TimeSpan Farthest = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(6);

    /// <summary>Nothing is on its way for longer.</summary>
    internal static readonly TimeSpan LongestDelay = Oldest + Slowest;

    /// <summary>The machine of the store.</summary>
    internal const string Store = "store";

    private readonly List<Cut> _cuts = [];

    /// <summary>Of all messages between processes, the part that gets lost.</summary>
    internal double Loss { get; set; }

    /// <summary>The part that comes twice.</summary>
    internal double Twice { get; set; }

    /// <summary>The part that is late by up to two seconds.</summary>
    internal double Late { get; set; }

    /// <summary>Of what lenders are asked, the part that is overtaken by what is sent later.</summary>
    internal double SlowAsks { get; set; }

    /// <summary>The part of openings of which a copy arrives when they may be long over.</summary>
    internal double LateOpenings { get; set; }

    /// <summary>Has an opening arrive once more, late; or not.</summary>
    internal void RepeatOpening(Action arrive)
    {
        if (chance.Of(LateOpenings))
        {
            world.After(chance.Between(Farthest, Oldest), arrive);
        }
    }

    /// <summary>Sends what a lender is asked.</summary>
    internal void SendAsk(SimProcess from, SimProcess to, Action arrive)
    {
        if (chance.Of(SlowAsks))
        {
            world.After(chance.Between(Farthest, Oldest), () => Send(from, to, arrive));
        }
        else
        {
            Send(from, to, arrive);
        }
    }

    internal void Add(Cut cut) => _cuts.Add(cut);

    internal void Remove(Cut cut) => _cuts.Remove(cut);

    internal void Heal() => _cuts.Clear();

    internal bool Reaches(SimProcess from, SimProcess to)
    {
        foreach (Cut cut in _cuts)
        {
            if (cut.Parts(from, to))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Both ways.</summary>
    internal bool Connects(SimProcess one, SimProcess other) => Reaches(one, other) && Reaches(other, one);

    /// <summary>Within one process nothing is lost, only not at once.</summary>
    internal void Send(SimProcess from, SimProcess to, Action arrive)
    {
        if (!from.IsAlive)
        {
            return;
        }

        if (from == to)
        {
            world.After(TimeSpan.FromTicks(chance.Between(1, 100)), arrive);
            return;
        }

        if (!Reaches(from, to) || (!IsSure(from, to) && chance.Of(Loss)))
        {
            return;
        }

        world.After(Delay(), arrive);
        if (!IsSure(from, to))
        {
            Repeat(arrive);
        }
    }

    /// <summary>Has something that was sent arrive once more, soon or when it is long out of date; or not.</summary>
    internal void Repeat(Action arrive)
    {
        if (chance.Of(Twice))
        {
            world.After(chance.Of(0.5) ? Delay() : chance.Between(Farthest, Oldest), arrive);
        }
    }

    // What the store is asked goes over a connection that repeats nothing, and whose loss is a fault of its own.
    private static bool IsSure(SimProcess from, SimProcess to) => from.Machine == Store || to.Machine == Store;

    private TimeSpan Delay() => chance.Of(Late)
        ? chance.Between(Farthest, Slowest)
        : Nearest + ((Farthest - Nearest) * Math.Pow(chance.Unit(), 3));
}
