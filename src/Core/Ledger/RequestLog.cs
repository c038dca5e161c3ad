namespace Headroom;

/// <summary>
/// Answers already given, by request id: a repeated request gets the first answer and is never charged twice. An
/// answer is remembered for as long as its lease lives, and for a while after.
/// </summary>
internal sealed class RequestLog
{
    /// <summary>
    /// Most requests given up that are remembered; the oldest is forgotten first. At 30 s each it takes a client that
    /// gives up thousands a second to get there.
    /// </summary>
    public const int MaxGivenUp = 100_000;

    private readonly Dictionary<Guid, (LeaseCommand Command, LeaseDecision Decision, long LeaseId)> _answers = [];
    private readonly Queue<(TimeSpan At, Guid Id, long LeaseId)> _forgotten = new();
    private readonly HashSet<(Guid Session, Guid Id)> _givenUp = [];
    private readonly Queue<(TimeSpan At, Guid Session, Guid Id)> _givenUpEnds = new();

    public int Count => _answers.Count + _givenUp.Count;

    public bool TryFind(Guid requestId, out LeaseCommand command, out LeaseDecision decision)
    {
        bool found = _answers.TryGetValue(requestId, out (LeaseCommand Command, LeaseDecision Decision, long) answer);
        (command, decision, _) = answer;
        return found;
    }

    public void Add(LeaseCommand command, LeaseDecision decision) =>
        _answers.Add(command.RequestId, (command, decision, decision.LeaseId));

    /// <summary>The lease lapsed: who asks again must not believe to hold it.</summary>
    public void Replace(Guid requestId, LeaseDecision decision) =>
        _answers[requestId] = _answers[requestId] with { Decision = decision };

    /// <summary>
    /// It was asked in a way that has no number: late copies of it cannot be told by their numbers any more.
    /// </summary>
    public void AskedAgain(Guid requestId)
    {
        (LeaseCommand command, LeaseDecision decision, long leaseId) = _answers[requestId];
        if (command.Number > 0)
        {
            _answers[requestId] = (command with { Number = 0 }, decision, leaseId);
        }
    }

    /// <summary>
    /// The lease ended in the ordinary way. Late copies of its request may still arrive: those of a first attempt that
    /// is over are known by their number, the others are remembered for a while.
    /// </summary>
    /// <param name="requestId">The request.</param>
    /// <param name="leaseId">Its lease.</param>
    /// <param name="settled">First attempts of its session up to this number are over.</param>
    /// <param name="until">Until when others are remembered.</param>
    public void End(Guid requestId, long leaseId, long settled, TimeSpan until)
    {
        if (_answers.TryGetValue(requestId, out (LeaseCommand Command, LeaseDecision, long) answer)
            && answer.Command.Number > 0
            && answer.Command.Number <= settled)
        {
            _answers.Remove(requestId);
        }
        else
        {
            _forgotten.Enqueue((until, requestId, leaseId));
        }
    }

    /// <summary>
    /// The same id would be a new request: the lease went with its session, or was taken back from its caller.
    /// </summary>
    public void Forget(Guid requestId) => _answers.Remove(requestId);

    /// <summary>A session gave a request up, whether or not the request has arrived yet.</summary>
    public void GiveUp(Guid session, Guid requestId, TimeSpan until)
    {
        if (_givenUp.Add((session, requestId)))
        {
            _givenUpEnds.Enqueue((until, session, requestId));
            if (_givenUp.Count > MaxGivenUp)
            {
                ForgetGivenUp();
            }
        }
    }

    public bool WasGivenUp(Guid session, Guid requestId) => _givenUp.Contains((session, requestId));

    public void Expire(TimeSpan now)
    {
        while (_forgotten.TryPeek(out (TimeSpan At, Guid Id, long LeaseId) first) && first.At <= now)
        {
            _forgotten.Dequeue();
            if (_answers.TryGetValue(first.Id, out (LeaseCommand, LeaseDecision, long LeaseId) answer)
                && answer.LeaseId == first.LeaseId)
            {
                _answers.Remove(first.Id);
            }
        }

        while (_givenUpEnds.TryPeek(out (TimeSpan At, Guid, Guid) given) && given.At <= now)
        {
            ForgetGivenUp();
        }
    }

    private void ForgetGivenUp()
    {
        (_, Guid session, Guid id) = _givenUpEnds.Dequeue();
        _givenUp.Remove((session, id));
    }
}
