namespace Headroom;

/// <content>
/// The heaps of clients. Memory in use that no lease explains comes off what may be granted, and part of it may be dead
/// objects: who is refused or waits for want of memory has those processes asked to collect that could give much back.
/// </content>
public sealed partial class ContainerLedger
{
    /// <summary>Less than this is not worth the pause of a collection.</summary>
    public const long MinCollectableBytes = 8L << 20;

    // Those that could give back much, and were not asked since their last report.
    private readonly HashSet<Guid> _collectable = [];
    private TimeSpan _shortUntil = TimeSpan.MinValue;
    private int _collectionsAsked;

    /// <summary>The heaps of all clients together, as they last said.</summary>
    public HeapReading Heaps
    {
        get
        {
            HeapReading sum = default;
            foreach (Session session in _sessions.Values)
            {
                HeapReading heap = session.Heap;
                sum = new HeapReading(
                    sum.HeapBytes + heap.HeapBytes,
                    sum.CommittedBytes + heap.CommittedBytes,
                    sum.ResidentBytes + heap.ResidentBytes,
                    sum.CollectableBytes + heap.CollectableBytes);
            }

            return sum;
        }
    }

    /// <summary>How many sessions were asked to collect, since the last call.</summary>
    public int TakeCollectionsAsked()
    {
        int asked = _collectionsAsked;
        _collectionsAsked = 0;
        return asked;
    }

    private static bool IsValid(HeapReading heap) =>
        IsAmount(heap.HeapBytes)
        && IsAmount(heap.CommittedBytes)
        && IsAmount(heap.ResidentBytes)
        && IsAmount(heap.CollectableBytes);

    private void Report(Session session, HeapReading heap, TimeSpan now)
    {
        session.Heap = heap;
        bool collectable = heap.CollectableBytes >= MinCollectableBytes;
        session.IsAskedToCollect &= collectable && now < _shortUntil;
        if (collectable && !session.IsAskedToCollect)
        {
            _collectable.Add(session.Id);
        }
        else
        {
            _collectable.Remove(session.Id);
        }
    }

    // A nudge may be lost: then the next renewal, which comes within a third of the TTL, brings it.
    private void RunShort(TimeSpan now) => _shortUntil = now + (_rules.SessionTtl / 2);

    private bool IsToCollect(Session session, TimeSpan now) =>
        now < _shortUntil && session.Heap.CollectableBytes >= MinCollectableBytes;

    private void AskToCollect(TimeSpan now)
    {
        if (_hostBelow > Urgency.Optional || IsWaitedFor())
        {
            RunShort(now);
        }

        if (_collectable.Count == 0 || now >= _shortUntil)
        {
            return;
        }

        foreach (Guid session in _collectable)
        {
            _sessions[session].IsAskedToCollect = true;
            _nudges.Add(session);
        }

        _collectionsAsked += _collectable.Count;
        _collectable.Clear();
    }

    // Waiting for an answer of the host is not yet waiting for memory.
    private bool IsWaitedFor()
    {
        for (Urgency urgency = Urgency.SafeToFail; urgency <= Urgency.MustSucceed && _queue.Highest >= 0; urgency++)
        {
            if (_queue.First(urgency)?.Value is { } first
                && (_answeredCall >= first.HostCall || first.Command.Bytes > LimitRoom(urgency)))
            {
                return true;
            }
        }

        return false;
    }
}
