namespace Headroom;

/// <content>What ends by time alone: sessions, leases without one, forgotten requests, learning.</content>
public sealed partial class ContainerLedger
{
    // A session is where it was put last, though it was renewed since: it is put on when its old time comes.
    private readonly PriorityQueue<Session, (TimeSpan At, Guid Id)> _sessionEnds = new();
    private readonly SortedSet<(TimeSpan At, long Id)> _leaseEnds = [];

    // The authority counts a holder's time longer by a tenth, the holder counts it shorter by a tenth: the holder
    // ends first.
    private static TimeSpan Grace(TimeSpan ttl) => ttl / 10;

    private void Expire(TimeSpan now)
    {
        bool ended = false;
        while (NextLapsed(now) is { } session)
        {
            long held = session.DrawnBytes + session.NamedBytes;
            long baseBytes = session.BaseBytes;
            End(session, now);
            _ghosts.Add(session.Id, session.Process, held, baseBytes, _watch + 1, now);
            ended = true;
        }

        while (_leaseEnds.Count > 0 && _leaseEnds.Min is var end && end.At <= now)
        {
            Lapse(_leases[end.Id], now);
            ended = true;
        }

        while (_queue.NextAbandoned(now) is { } waiter)
        {
            Settle(waiter, Refusal(waiter.Command, "its caller did not ask again"));
            ended = true;
        }

        _answers.Expire(now);
        if (Learning && now >= _learnUntil)
        {
            EndLearning(now);
            ended = true;
        }

        if (ended)
        {
            // Whoever waited behind what ended comes before the command that is only now arriving.
            Pump(now);
        }
    }

    private Session? NextLapsed(TimeSpan now)
    {
        while (_sessionEnds.TryPeek(out Session? session, out (TimeSpan At, Guid) end) && end.At <= now)
        {
            if (session.ExpiresAt <= end.At)
            {
                return session;
            }

            _sessionEnds.DequeueEnqueue(session, (session.ExpiresAt, session.Id));
        }

        return null;
    }

    // What nobody reported may still be there: a stalled process. It is a ghost without a witness of its own.
    private void EndLearning(TimeSpan now)
    {
        long unreported = UnreportedBytes;
        Learning = false;
        _ghosts.ForgetBases();
        _ghosts.AddUnwitnessed(unreported, unreported, _watch + 1, now);
        foreach (Session session in _sessions.Values)
        {
            session.BaseBytes = 0;
        }

        _beyond = _held;
        _mark = 0;
        _learned.Clear();
        _over.Clear();
    }
}
