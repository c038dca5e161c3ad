namespace Headroom.Remote;

/// <summary>
/// The frames of one link in the order in which they were given: those sent and not answered, then those not sent yet.
/// After a break all are sent again in that order, which does no harm: each names its place. Guarded by its owner's
/// lock.
/// </summary>
internal sealed class RemoteFrames
{
    private readonly Queue<RemoteFrame> _unanswered = [];
    private Queue<RemoteFrame> _unsent = [];

    // Ids are consecutive, so that an answer's tells whether it is the next.
    private uint _nextAnswer;
    private uint _nextSend;

    public bool IsEmpty => _unanswered.Count + _unsent.Count == 0;

    public bool HasUnsent => _unsent.Count > 0;

    public void Add(RemoteFrame frame) => _unsent.Enqueue(frame);

    /// <summary>The frame to send next, if any, and its id. It counts as sent.</summary>
    public RemoteFrame? Send(out uint id)
    {
        id = _nextSend;
        if (!_unsent.TryDequeue(out RemoteFrame? frame))
        {
            return null;
        }

        _nextSend++;
        _unanswered.Enqueue(frame);
        return frame;
    }

    /// <summary>The frame to send next, which stays there.</summary>
    public RemoteFrame? Peek() => _unsent.TryPeek(out RemoteFrame? frame) ? frame : null;

    /// <summary>The frame that an answer is to; null when it is not the next one's.</summary>
    public RemoteFrame? Answered(uint id) =>
        id == _nextAnswer && _unanswered.TryPeek(out RemoteFrame? frame) ? frame : null;

    /// <summary>Takes the frame that was answered.</summary>
    public RemoteFrame Take()
    {
        _nextAnswer++;
        return _unanswered.Dequeue();
    }

    /// <summary>Makes all unsent, in their order, for a new connection.</summary>
    /// <param name="isKept">Those that are to be sent again; the others leave.</param>
    /// <returns>Those that left.</returns>
    public List<RemoteFrame> Rewind(Func<RemoteFrame, bool> isKept)
    {
        List<RemoteFrame> all = [.. _unanswered, .. _unsent];
        _unanswered.Clear();
        _unsent = new Queue<RemoteFrame>(all.Where(isKept));
        (_nextAnswer, _nextSend) = (0, 0);
        return [.. all.Where(frame => !isKept(frame))];
    }
}
