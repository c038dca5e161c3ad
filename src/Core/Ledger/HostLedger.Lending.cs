namespace Headroom;

/// <content>What the host lets its reserve lend to other hosts.</content>
public sealed partial class HostLedger
{
    private long _lendEpoch;
    private long _lendNumber;
    private long _lent;
    private long _lentUsed;
    private long _inheritedLent;

    /// <summary>Bytes that may be lent to other hosts now: the mark of the reserve.</summary>
    public long LentBytes => _lent;

    /// <summary>By how much the mark could be raised.</summary>
    public long LendableBytes =>
        Math.Max(0, Math.Min(PledgedBytes - _lent, MustSucceedFreeBytes - _unusedGuarantee));

    /// <summary>Takes the word of the process that lends, and raises or lowers the mark of what it may lend.</summary>
    /// <returns>
    /// Granted with the mark as it stands, raised or not; Fenced for another epoch than the one that lends; Invalid
    /// for amounts that are negative or beyond <see cref="MaxCapacityBytes"/>. Anything but Granted has changed
    /// nothing.
    /// </returns>
    public LentMarkAnswer Lend(LentMark mark, TimeSpan now)
    {
        if (!IsAmount(mark.Bytes) || !IsAmount(mark.LeastBytes) || !IsAmount(mark.UsedBytes) || mark.Number < 1)
        {
            return Current(mark, Outcome.Invalid);
        }

        if (mark.Epoch != _lendEpoch)
        {
            if (mark.Replaces != _lendEpoch)
            {
                return Current(mark, Outcome.Fenced);
            }

            // The memory of the process before went with it.
            _lendEpoch = mark.Epoch;
            _lendNumber = 0;
            SetLent(Math.Min(_lent, mark.UsedBytes));
            Changed = true;
        }

        if (mark.Number > _lendNumber)
        {
            bool skipped = mark.Number > _lendNumber + 1;
            _lendNumber = mark.Number;
            _lentUsed = mark.UsedBytes;
            long before = _lent;
            SetLent(Math.Min(_lent, mark.Bytes));
            long raised = Math.Min(mark.Bytes, _lent + LendableBytes);
            if (raised > _lent && raised >= mark.LeastBytes)
            {
                SetLent(raised);
            }

            // A restart must not act on a late message that lowers the mark under loans that were made since. So a
            // number is written with each change, a lower mark included, and when a message before it was skipped:
            // that one may still come, while a copy of one that was acted on and changed nothing lowers nothing.
            Changed |= _lent != before || skipped;

            Serve(now, asking: null);
            AssertInvariants();
        }

        return Current(mark, Outcome.Granted);
    }

    private LentMarkAnswer Current(LentMark mark, Outcome outcome) =>
        new(outcome, _lendEpoch, mark.Number, _lent, LendableBytes, PledgedBytes);

    private void SetLent(long bytes)
    {
        _lent = bytes;
        _inheritedLent = Math.Min(_inheritedLent, bytes);
    }
}
