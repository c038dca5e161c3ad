namespace Headroom;

/// <summary>
/// Requests that wait, by urgency and then by arrival. Those that only pass through, waiting for nothing but the host's
/// answer, hold nobody back.
/// </summary>
internal sealed class WaitQueue
{
    private readonly Dictionary<Guid, Waiter> _byId = [];
    private readonly LinkedList<Waiter>[] _levels = [new(), new(), new(), new()];
    private readonly LinkedList<Waiter>[] _passing = [new(), new(), new(), new()];
    private readonly SortedSet<(TimeSpan At, Guid Id)> _abandoned = [];
    private ByUrgency _waitingBytes;
    private ByUrgency _passingBytes;

    /// <summary>Bytes asked for at each urgency by those that wait in the queue.</summary>
    public ByUrgency WaitingBytes => _waitingBytes;

    /// <summary>Bytes asked for at each urgency by those that pass through.</summary>
    public ByUrgency PassingBytes => _passingBytes;

    public int Count => _byId.Count;

    public int CountAt(Urgency urgency) => _levels[(int)urgency].Count;

    public Waiter? Find(Guid requestId) => _byId.GetValueOrDefault(requestId);

    public LinkedListNode<Waiter>? First(Urgency urgency) => _levels[(int)urgency].First;

    public LinkedListNode<Waiter>? FirstPassing(Urgency urgency) => _passing[(int)urgency].First;

    /// <summary>The highest urgency that waits; -1 when nobody does.</summary>
    public int Highest
    {
        get
        {
            int level = ByUrgency.Levels - 1;
            while (level >= 0 && _levels[level].Count == 0)
            {
                level--;
            }

            return level;
        }
    }

    public void Add(Waiter waiter)
    {
        Urgency urgency = waiter.Command.Urgency;
        _byId.Add(waiter.Command.RequestId, waiter);
        waiter.Node = (waiter.Passing ? _passing : _levels)[(int)urgency].AddLast(waiter);
        _abandoned.Add((waiter.AbandonedAt, waiter.Command.RequestId));
        Charge(waiter, waiter.Command.Bytes);
        waiter.Book.Users++;
    }

    public void Remove(Waiter waiter)
    {
        _byId.Remove(waiter.Command.RequestId);
        waiter.Node!.List!.Remove(waiter.Node);
        _abandoned.Remove((waiter.AbandonedAt, waiter.Command.RequestId));
        Charge(waiter, -waiter.Command.Bytes);
        waiter.Book.Users--;
    }

    /// <summary>The caller asked again: it has not forgotten its request.</summary>
    public void Keep(Waiter waiter, TimeSpan until)
    {
        if (until > waiter.AbandonedAt)
        {
            _abandoned.Remove((waiter.AbandonedAt, waiter.Command.RequestId));
            waiter.AbandonedAt = until;
            _abandoned.Add((until, waiter.Command.RequestId));
        }
    }

    /// <summary>The next one whose caller has forgotten it by now; null when there is none.</summary>
    public Waiter? NextAbandoned(TimeSpan now) =>
        _abandoned.Count > 0 && _abandoned.Min is var first && first.At <= now ? _byId[first.Id] : null;

    private void Charge(Waiter waiter, long bytes)
    {
        ByUrgency delta = ByUrgency.Of(waiter.Command.Urgency, bytes);
        if (waiter.Passing)
        {
            _passingBytes += delta;
        }
        else
        {
            _waitingBytes += delta;
        }
    }
}
