namespace Headroom;

/// <content>What a subsystem does when must-succeed cannot be met, and how that ends.</content>
public sealed partial class ContainerLedger
{
    // A caller that waits is complained about at once, then after twice as long each time.
    private static readonly TimeSpan FirstComplaint = TimeSpan.FromSeconds(1);

    private readonly List<StateChange> _stateChanges = [];

    // Subsystems that are not in their normal state.
    private int _troubled;

    /// <summary>Subsystems whose state changed, or that wait on and say so, since the last call.</summary>
    public IReadOnlyList<StateChange> TakeStateChanges() => Taken(_stateChanges);

    /// <summary>A subsystem's book; null when it is neither used nor declared.</summary>
    public SubsystemBook? Find(string subsystem) => _books.GetValueOrDefault(subsystem);

    /// <summary>Lifts a subsystem's last resort by hand. Idempotent.</summary>
    public void Lift(string subsystem, TimeSpan now)
    {
        Expire(now);
        if (_books.TryGetValue(subsystem, out SubsystemBook? book))
        {
            Lift(book, now);
        }

        Finish(now);
    }

    // Once a subsystem has come to its last resort, nobody has to be patient again to learn it.
    private static TimeSpan LastResortAt(Waiter waiter) =>
        waiter.Book.State > SubsystemState.Waiting
            ? waiter.Since
            : waiter.Book.State == SubsystemState.Waiting
                ? waiter.Book.ComplainAt
                : waiter.Since + waiter.Book.Policy.LastResortAfter;

    private void ResortTo(TimeSpan now)
    {
        foreach (Waiter waiter in Climbers(Urgency.MustSucceed).ToArray())
        {
            if (waiter.Rung == Rung.Loan && waiter.LoanTried && now >= LastResortAt(waiter))
            {
                ResortTo(waiter, now);
            }
        }

        if (_troubled == 0)
        {
            return;
        }

        foreach (SubsystemBook book in _books.Values)
        {
            if (book.State != SubsystemState.Normal && IsMet(book))
            {
                Lift(book, now);
            }
        }
    }

    private void ResortTo(Waiter waiter, TimeSpan now)
    {
        SubsystemBook book = waiter.Book;
        SubsystemState state = book.Policy.LastResort switch
        {
            LastResort.Fallback => SubsystemState.Fallback,
            LastResort.ReadOnly => SubsystemState.ReadOnly,
            LastResort.FailStop => SubsystemState.FailStop,
            _ => SubsystemState.Waiting,
        };
        if (book.State != state)
        {
            _troubled += book.State == SubsystemState.Normal ? 1 : 0;
            book.State = state;
            book.StateSince = now;
            book.StateBytes = waiter.Command.Bytes;
            book.ComplainAt = now;
            TellAll(book.Name);
        }

        if (now >= book.ComplainAt)
        {
            TimeSpan lasted = now - book.StateSince;
            book.ComplainAt = now + (lasted > FirstComplaint ? lasted : FirstComplaint);
            _stateChanges.Add(new StateChange(
                book.Name, state, waiter.Command.Bytes, now - waiter.Since, waiter.Command.Reason));
        }

        if (state != SubsystemState.Waiting)
        {
            Settle(waiter, Refusal(waiter.Command, Because($"the last resort of {book.Name} is {state}", waiter)) with
            {
                Outcome = Outcome.LastResort,
                Rung = Rung.LastResort,
                State = state,
            });
        }
    }

    // What could not be met would be met now. A request that waits is its own witness.
    private bool IsMet(SubsystemBook book)
    {
        if (book.State == SubsystemState.Waiting)
        {
            return !Climbers(Urgency.MustSucceed).Any(waiter => waiter.Book == book && waiter.Rung >= Rung.Overdraft);
        }

        long ordinary = Math.Min(LimitRoom(Urgency.MustSucceed), AllotmentRoom + _hostAvailable[Urgency.MustSucceed]);
        long overdraft = Math.Min(HardRoom, OverdraftRoom + _overdraftAvailable);
        return book.StateBytes <= Math.Max(ordinary, overdraft) && _queue.CountAt(Urgency.MustSucceed) == 0;
    }

    // As much as could not be met was met just now, maybe by another host, whose room is not known here otherwise.
    private void LiftIfProved(Lease lease, TimeSpan now)
    {
        if (lease.Book.State > SubsystemState.Waiting && lease.Bytes >= lease.Book.StateBytes)
        {
            Lift(lease.Book, now);
        }
    }

    private void Lift(SubsystemBook book, TimeSpan now)
    {
        if (book.State != SubsystemState.Normal)
        {
            _stateChanges.Add(new StateChange(
                book.Name, SubsystemState.Normal, book.StateBytes, now - book.StateSince, string.Empty));
            book.State = SubsystemState.Normal;
            _troubled--;
            book.StateBytes = 0;
            TellAll(book.Name);
        }
    }

    private void TellAll(string subsystem)
    {
        foreach (Session session in _sessions.Values)
        {
            if (session.Accounts.Find(subsystem) is not null)
            {
                _nudges.Add(session.Id);
            }
        }
    }
}
