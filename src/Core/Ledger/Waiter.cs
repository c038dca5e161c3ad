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

    /// <summary>When it counts as forgotten by its caller.</summary>
    public required TimeSpan AbandonedAt { get; set; }

    /// <summary>How often others of its urgency went before it while it was first.</summary>
    public int Overtaken { get; set; }

    public LinkedListNode<Waiter>? Node { get; set; }
}
