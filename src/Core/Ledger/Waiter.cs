namespace Headroom;

/// <summary>A request that could not be granted at once.</summary>
internal sealed class Waiter
{
    public required LeaseCommand Command { get; init; }

    public required SubsystemBook Book { get; init; }

    /// <summary>The number of the call to the host that carries its want.</summary>
    public required long HostCall { get; init; }

    /// <summary>Waits only for the host's answer, not in the queue.</summary>
    public required bool Passing { get; init; }

    /// <summary>When it began to wait.</summary>
    public required TimeSpan Since { get; init; }

    /// <summary>When it counts as forgotten by its caller.</summary>
    public required TimeSpan AbandonedAt { get; set; }

    /// <summary>The rung that it stands on: what was tried last.</summary>
    public Rung Rung { get; set; } = Rung.Host;

    /// <summary>The call to the host whose answer decides whether it climbs; 0 before it was sent.</summary>
    public long RungCall { get; set; }

    /// <summary>Until when it waits for what was asked back.</summary>
    public TimeSpan ReclaimUntil { get; set; }

    /// <summary>Whether anything was asked back for it.</summary>
    public bool Reclaimed { get; set; }

    /// <summary>Whether lenders on other hosts were asked for it in vain.</summary>
    public bool LoanTried { get; set; }

    /// <summary>Until when it waits for a raised hard limit; null when it does not need one.</summary>
    public TimeSpan? ResizeUntil { get; set; }

    /// <summary>Whether the raised limit that it waited for has come.</summary>
    public bool Raised { get; set; }

    /// <summary>How often others of its urgency went before it while it was first.</summary>
    public int Overtaken { get; set; }

    public LinkedListNode<Waiter>? Node { get; set; }
}
