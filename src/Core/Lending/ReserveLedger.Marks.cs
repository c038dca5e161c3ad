namespace Headroom;

/// <content>What the reserve and its host tell each other: numbered absolute amounts.</content>
public sealed partial class ReserveLedger
{
    private readonly List<long> _marked = [];

    /// <summary>
    /// The next message to the host. One at a time: until it was answered or has failed, no other is sent.
    /// </summary>
    /// <param name="usedBytes">Real bytes that are allocated now; the mark never falls below them.</param>
    public LentMark TakeMark(long usedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usedBytes);
        _lastMark++;
        foreach (LoanRow loan in _loans.Values)
        {
            loan.AskedWith = loan.AskedWith == 0 ? _lastMark : loan.AskedWith;
        }

        long least = Math.Max(_booked, usedBytes);
        LoanRow? first = _loans.Values.FirstOrDefault(loan => loan.Step == LoanStep.Booked);
        long needed = first is null ? least : Math.Min(least, Counted() + first.Command.Bytes);
        long wanted = Math.Max(Wanted(least), usedBytes);
        return new LentMark(Epoch, _lastMark, _joined ? null : _replaces, wanted, needed, usedBytes);
    }

    /// <summary>
    /// The host's answer to the last message: loans that the mark counts now are to be made, those that were asked for
    /// in vain are refused.
    /// </summary>
    public void Marked(LentMarkAnswer answer, TimeSpan now)
    {
        if (answer.Number != _lastMark)
        {
            return;
        }

        if (answer.Outcome == Outcome.Fenced && !_joined)
        {
            _replaces = answer.Epoch;
            MarkFailed();
            return;
        }

        if (answer.Outcome != Outcome.Granted)
        {
            _fenced |= answer.Outcome == Outcome.Fenced;
            Settle(now);
            return;
        }

        _joined = true;
        MarkBytes = answer.Bytes;
        _lendable = Math.Max(0, answer.LendableBytes);
        _pledged = answer.PledgedBytes;
        Settle(now);
    }

    /// <summary>The last message was not answered: those that waited for it ask again with the next one.</summary>
    public void MarkFailed()
    {
        foreach (LoanRow loan in _loans.Values.Where(loan => loan.AskedWith == _lastMark))
        {
            loan.AskedWith = 0;
        }
    }

    /// <summary>
    /// Ends all that waits for a mark: the host cannot be asked, and who asked should ask another lender.
    /// </summary>
    public void GiveUp(TimeSpan now)
    {
        foreach (LoanRow loan in _loans.Values.Where(loan => loan.Step == LoanStep.Booked).ToArray())
        {
            End(loan, now);
        }
    }

    /// <summary>
    /// Loans that the mark counts since the last call: make their memory and say <see cref="Allocated"/>, whatever
    /// comes of it.
    /// </summary>
    public IReadOnlyList<(long Number, long Bytes)> TakeMarked()
    {
        if (_marked.Count == 0)
        {
            return [];
        }

        (long, long)[] marked = [.. _marked.Select(number => (number, _loans[number].Command.Bytes))];
        _marked.Clear();
        return marked;
    }

    // In the order of their numbers; one that is too large lets smaller ones go on.
    private void Settle(TimeSpan now)
    {
        long left = MarkBytes - Counted();
        foreach (LoanRow loan in _loans.Values.Where(loan => loan.Step == LoanStep.Booked).ToArray())
        {
            if (!_fenced && loan.Command.Bytes <= left)
            {
                left -= loan.Command.Bytes;
                loan.Step = LoanStep.Marked;
                _marked.Add(loan.Number);
            }
            else if (loan.AskedWith == _lastMark || _fenced)
            {
                End(loan, now);
            }
        }
    }

    private long Counted() =>
        _loans.Values.Sum(loan => loan.Step == LoanStep.Booked ? 0 : loan.Command.Bytes);

    private long Wanted(long bytes) =>
        bytes == 0 ? 0 : Math.Max(bytes, Math.Min(checked((bytes + Step - 1) / Step * Step), _pledged));
}
