using Xunit;

namespace Headroom.Core.Tests.Session;

/// <summary>A session whose answers are written down by the test.</summary>
internal sealed class SessionScript
{
    internal static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan ReclaimWithin = TimeSpan.FromSeconds(2);

    private int _ids;

    internal SessionScript(SessionLimits? limits = null)
    {
        Core = new SessionCore(
            limits ?? new SessionLimits { MaxIdleCreditBytes = 1 << 20, MinSlabBytes = 1000 },
            ProcessIdentity.None,
            () => Wakes++);
        Cache = Core.Subsystem("cache")!;
    }

    internal SessionCore Core { get; }

    internal SubsystemCredit Cache { get; }

    internal TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

    internal int Wakes { get; private set; }

    internal SessionPicture Picture => Core.Picture(Now);

    internal SessionTurn? Step() => Core.Step(NewId(), Now);

    /// <summary>Moves to when the core has something to send, and lets it.</summary>
    internal SessionTurn NextTurn()
    {
        TimeSpan due = Core.WakeAt();
        Now = due > Now ? due : Now;
        return Step() ?? throw new InvalidOperationException($"Nothing was sent at {Now}, though due at {due}.");
    }

    internal Guid Open(long epoch = 1)
    {
        SessionTurn turn = NextTurn();
        Answer(turn, Outcome.Granted, epoch);
        return turn.Open!.Session;
    }

    internal void Answer(SessionTurn turn, Outcome outcome, long epoch = 1)
        => Core.Opened(turn, new OpenAnswer(outcome, turn.Open!.Session, epoch, Ttl, 0), Now, 0.5);

    internal void Order(SessionTurn turn, long order, long cacheBytes, int gate = 0, Urgency max = Urgency.MustSucceed)
        => Order(turn, order, new SubsystemShare("cache", cacheBytes, max), gate);

    internal void Order(SessionTurn turn, long order, SubsystemShare cache, int gate = 0, bool overdue = false)
    {
        var answer = new OrderAnswer(
            Outcome.Granted, turn.Exchange!.Session, turn.Exchange.Epoch, order, [cache], gate)
        {
            ReclaimWithin = ReclaimWithin,
            Overdue = overdue,
        };
        Core.Exchanged(turn, answer, Now, 0.5);
    }

    internal void Refuse(SessionTurn turn, Outcome outcome)
        => Core.Exchanged(turn, new OrderAnswer(outcome, turn.Exchange!.Session, 9, 0, [], 0), Now, 0.5);

    /// <summary>Opens, and draws so many bytes by order 1.</summary>
    internal Guid OpenWith(long bytes)
    {
        Guid session = Open();
        Assert.False(TryLease(1, Urgency.Optional, out _));
        Order(NextTurn(), 1, bytes);
        return session;
    }

    internal bool TryLease(long bytes, Urgency urgency, out HeldLease lease)
    {
        lease = default;
        nuint place = HeldLease.Place;
        if ((Cache.Stripes.TryLease(bytes, urgency, place, out long own)
                ?? Cache.TryRefill(bytes, urgency, place, out own, out _)) is { } stripe)
        {
            lease = new HeldLease(stripe, own, bytes);
            return true;
        }

        if (!Cache.TryTake(bytes, urgency, urgency, out CreditAccount account))
        {
            return false;
        }

        LeaseSlot slot = Core.Lease(new LeaseTerms(account, bytes), urgency, out long token);
        lease = new HeldLease(slot, token, bytes);
        return true;
    }

    internal HeldLease Lease(long bytes, Urgency urgency = Urgency.SafeToFail)
        => TryLease(bytes, urgency, out HeldLease lease)
            ? lease
            : throw new InvalidOperationException($"No credit for {bytes} bytes.");

    internal LeaseAsk Ask(long bytes)
        => Core.Ask(Cache, NewId(), bytes, Urgency.RiskyToFail, "", false, Now)
            ?? throw new InvalidOperationException("No session is open.");

    internal Guid NewId() => new(++_ids, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
