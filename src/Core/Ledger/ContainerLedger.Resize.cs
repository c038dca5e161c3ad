namespace Headroom;

/// <content>A hard limit that may be raised for must-succeed: what it should be, and when it goes back.</content>
public sealed partial class ContainerLedger
{
    // Small requests that follow each other do not each need a change.
    private const long RaiseStep = 1L << 20;

    private long? _aim;
    private long? _raisedTo;
    private long _inEffect;
    private string? _notRaised;
    private TimeSpan _raiseNotBefore = TimeSpan.MinValue;
    private TimeSpan _neededAt;

    /// <summary>
    /// The hard limit that the container should have: its owner's, or more while must-succeed needs it. An absolute
    /// amount, to be brought about by whoever can, and told with <see cref="Resized"/>. Null where it may not be
    /// raised, and before the present one was read.
    /// </summary>
    public long? WantedHardLimitBytes => _aim;

    /// <summary>
    /// Whether a wanted limit is in effect; a refusal sends those that wait for it to the next rung. Nothing is granted
    /// on the word of this alone: a reading has to show the limit, too. Nor on a reading alone: it may be of a limit
    /// that is about to go back. Of another limit than the wanted one this says nothing.
    /// </summary>
    public void Resized(ResizeReport report, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(report);
        Expire(now);
        if (report.LimitBytes == _aim)
        {
            _notRaised = report.Refused;
            _inEffect = report.Refused is null ? report.LimitBytes : _inEffect;
            _raiseNotBefore = report.Refused is null ? TimeSpan.MinValue : now + _rules.ResizeRest;
            SetLimits();
        }

        Finish(now);
    }

    private bool MayRaise => _rules.OwnLimitBytes is { } own && MostHardLimit > own;

    private long MostHardLimit => Math.Min(_rules.ResizeMaxBytes ?? 0, DeclaredHardLimit);

    private long RaiseRoom => MostHardLimit - UnseenBytes - _untracked.Bytes - CommittedBytes;

    private long RaisedLimit => _rules.OwnLimitBytes is { } own
        ? Math.Min(_hardLimit ?? long.MaxValue, MayRaise ? Math.Max(own, _inEffect) : own)
        : _hardLimit ?? long.MaxValue;

    private long Raisable(TimeSpan now) =>
        MayRaise && _hardLimit is not null && now >= _raiseNotBefore ? RaiseRoom : 0;

    // Within the hard limit the host decides; beyond it, whoever can raise it does.
    private bool IsOverdraftOver(Waiter waiter, TimeSpan now)
    {
        long bytes = waiter.Command.Bytes;
        if (bytes <= HardRoom)
        {
            if (waiter is { ResizeUntil: not null, Raised: false })
            {
                waiter.Raised = true;
                waiter.RungCall = _hostCalls + 1;
                _unasked = true;
            }

            return _answeredCall >= waiter.RungCall;
        }

        if (bytes > Raisable(now))
        {
            return true;
        }

        // A higher limit is of no use without the host's memory.
        if (_answeredCall < waiter.RungCall)
        {
            return false;
        }

        if (bytes > OverdraftRoom + _overdraftAvailable)
        {
            return true;
        }

        waiter.ResizeUntil ??= now + _rules.ResizeWithin;
        return now >= waiter.ResizeUntil;
    }

    private bool AsksBeforeRaise() => MayRaise && Climbers(Urgency.MustSucceed).Any(
        waiter => waiter.Rung == Rung.Overdraft && waiter.RungCall > _hostCalls);

    // Returns whether more may be granted than before.
    private bool AimHigher(TimeSpan now)
    {
        long before = _hard;
        long? aim = MayRaise && _hardLimit is { } present
            ? Aim(_rules.OwnLimitBytes!.Value, MostHardLimit, present, now)
            : null;
        if (aim != _aim)
        {
            // What is above the limit wanted now may go at any time. So may what an earlier authority raised, until it
            // is said to be in effect for this one.
            _inEffect = Math.Min(_inEffect, aim ?? 0);
            _aim = aim;
            SetLimits();
        }

        return _hard > before;
    }

    // What it was raised to is read once: from then on this knows, and what others change is theirs.
    private long Aim(long own, long most, long present, TimeSpan now)
    {
        long raised = _raisedTo ?? present;
        long needed = _untracked.Bytes + CommittedBytes + AwaitingRaise() + UnseenBytes;
        if (needed > Math.Max(own, raised) && most > raised)
        {
            raised = needed < most - RaiseStep ? (needed + RaiseStep - 1) / RaiseStep * RaiseStep : most;
        }

        // Leases first, then the use as it is seen: a limit below what is in use is refused, or kills.
        if (Learning || needed > own || UsageBytes is not { } usage || usage > own - (own / 100 * _rules.MarginPercent))
        {
            _neededAt = now;
        }

        _raisedTo = now - _neededAt >= _rules.ResizeRest ? 0 : raised > own ? raised : 0;
        return Math.Max(own, _raisedTo.Value);
    }

    private long AwaitingRaise()
    {
        long bytes = 0;
        foreach (Waiter waiter in Climbers(Urgency.MustSucceed))
        {
            if (waiter.Rung == Rung.Overdraft && waiter.ResizeUntil is not null
                && bytes + waiter.Command.Bytes <= RaiseRoom)
            {
                bytes += waiter.Command.Bytes;
            }
        }

        return bytes;
    }

    private string? WhyNotRaised(Waiter waiter) =>
        waiter.Rung != Rung.Loan || !MayRaise || waiter.Command.Bytes <= HardRoom ? null
        : waiter.Command.Bytes > RaiseRoom
            ? $"a hard limit of {MostHardLimit}, the most that is allowed, has {Math.Max(0, RaiseRoom)} bytes left"
        : _notRaised is { } why ? $"the hard limit of {_hardLimit} was not raised: {why}"
        : waiter.ResizeUntil is null ? null
        : $"the hard limit of {_hardLimit} was not raised within {_rules.ResizeWithin.TotalSeconds:0.#} s";

    private string Because(string why, Waiter waiter) =>
        WhyNotRaised(waiter) is { } more ? $"{why}; {more}" : why;
}
