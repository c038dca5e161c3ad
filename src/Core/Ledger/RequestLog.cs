namespace Headroom;

/// <summary>
/// Answers already given, by request id: a repeated request gets the first answer and is never charged twice. An answer is
/// remembered for as long as its lease lives, and for a while after.
/// </summary>
internal sealed class RequestLog
{
    private readonly Dictionary<Guid, (LeaseCommand Command, LeaseDecision Decision)> _answers = [];
    private readonly Queue<(TimeSpan At, Guid Id)> _forgotten = new();

    public int Count => _answers.Count;

    public bool TryFind(Guid requestId, out LeaseCommand command, out LeaseDecision decision)
    {
        bool found = _answers.TryGetValue(requestId, out (LeaseCommand Command, LeaseDecision Decision) answer);
        (command, decision) = answer;
        return found;
    }

    public void Add(LeaseCommand command, LeaseDecision decision) => _answers.Add(command.RequestId, (command, decision));

    /// <summary>The lease ended in the ordinary way: late copies of its request may still arrive until then.</summary>
    public void ForgetAt(Guid requestId, TimeSpan at) => _forgotten.Enqueue((at, requestId));

    /// <summary>The lease went with its session: the same id would be a new request.</summary>
    public void Forget(Guid requestId) => _answers.Remove(requestId);

    public void Expire(TimeSpan now)
    {
        while (_forgotten.TryPeek(out (TimeSpan At, Guid Id) first) && first.At <= now)
        {
            _forgotten.Dequeue();
            _answers.Remove(first.Id);
        }
    }
}
