namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// A container's admission, written down as one would explain it: flat lists, read from end to end. For leases
/// without sessions,
/// below an allotment that the test sets.
/// </summary>
internal sealed class ReferenceContainer(long limit, FloorPolicy floors)
{
    private readonly List<Held> _held = [];
    private readonly List<Waits> _waiting = [];
    private readonly List<(Guid Request, Outcome Outcome)> _settled = [];

    internal long AllottedBytes { get; set; }

    internal long GhostBytes { get; private set; }

    internal ByUrgency LeasedBytes => _held.Aggregate(
        default(ByUrgency), (sum, lease) => sum + ByUrgency.Of(lease.Command.Urgency, lease.Command.Bytes));

    internal Outcome Request(LeaseCommand command, TimeSpan now)
    {
        Expire(now);
        if (_held.Find(lease => lease.Command.RequestId == command.RequestId) is { } held)
        {
            held.Until = now + (Given.Ttl * 1.1);
            return Outcome.Granted;
        }

        if (_waiting.Find(waits => waits.Command.RequestId == command.RequestId) is { } waiting)
        {
            waiting.Until = now + command.Patience + ContainerLedger.WaiterMemory;
            return Outcome.Waiting;
        }

        if (InTurn(command.Urgency) && Fits(command))
        {
            if (FirstAt(command.Urgency) is { } first)
            {
                first.Overtaken++;
            }

            _held.Add(new Held(command) { Until = now + (Given.Ttl * 1.1) });
            Pump(now);
            return Outcome.Granted;
        }

        if (!command.MayWait || command.Urgency == Urgency.Optional
            || (command.Bytes > limit && command.Urgency != Urgency.MustSucceed))
        {
            Pump(now);
            return Outcome.Refused;
        }

        _waiting.Add(new Waits(command) { Until = now + command.Patience + ContainerLedger.WaiterMemory });
        Pump(now);
        return Outcome.Waiting;
    }

    internal void Release(Guid request, TimeSpan now)
    {
        Expire(now);
        _held.RemoveAll(lease => lease.Command.RequestId == request);
        Pump(now);
    }

    internal void GiveUp(Guid request, TimeSpan now)
    {
        Expire(now);
        _waiting.RemoveAll(waits => waits.Command.RequestId == request);
        Pump(now);
    }

    internal void Tick(TimeSpan now)
    {
        Expire(now);
        Pump(now);
    }

    internal void Read(TimeSpan now)
    {
        Expire(now);
        GhostBytes = 0;
        Pump(now);
    }

    internal IReadOnlyList<(Guid Request, Outcome Outcome)> TakeSettled()
    {
        (Guid, Outcome)[] settled = [.. _settled];
        _settled.Clear();
        return settled;
    }

    internal bool Holds(Guid request) => _held.Exists(lease => lease.Command.RequestId == request);

    private long Committed => _held.Sum(lease => lease.Command.Bytes) + GhostBytes;

    private bool Fits(LeaseCommand command) =>
        command.Bytes <= AllottedBytes - Committed
        && command.Bytes <= limit - Committed - floors.Floors(limit, PressureLevel.None)[command.Urgency];

    private Waits? FirstAt(Urgency urgency) => _waiting.Find(waits => waits.Command.Urgency == urgency);

    private bool InTurn(Urgency urgency) =>
        !_waiting.Exists(waits => waits.Command.Urgency > urgency)
        && !(FirstAt(urgency)?.Overtaken >= ContainerLedger.MaxOvertakes);

    private void Expire(TimeSpan now)
    {
        GhostBytes += _held.Where(lease => lease.Until <= now).Sum(lease => lease.Command.Bytes);
        _held.RemoveAll(lease => lease.Until <= now);
        foreach (Waits waits in _waiting.Where(waits => waits.Until <= now).OrderBy(waits => waits.Until).ToArray())
        {
            _waiting.Remove(waits);
            _settled.Add((waits.Command.RequestId, Outcome.Refused));
        }

        Pump(now);
    }

    private void Pump(TimeSpan now)
    {
        for (int level = ByUrgency.Levels - 1; level >= 0; level--)
        {
            Waits? stuck = null;
            Waits[] here = [.. _waiting.Where(waits => waits.Command.Urgency == (Urgency)level)];
            foreach (Waits waits in here.Take(ContainerLedger.MaxOvertakes + 1))
            {
                if (stuck?.Overtaken >= ContainerLedger.MaxOvertakes)
                {
                    break;
                }

                if (Fits(waits.Command))
                {
                    _waiting.Remove(waits);
                    _held.Add(new Held(waits.Command) { Until = now + (Given.Ttl * 1.1) });
                    _settled.Add((waits.Command.RequestId, Outcome.Granted));
                    stuck = stuck is null ? null : Overtake(stuck);
                }

                stuck ??= _waiting.Contains(waits) ? waits : null;
            }

            if (stuck is not null)
            {
                return;
            }
        }
    }

    private static Waits Overtake(Waits stuck)
    {
        stuck.Overtaken++;
        return stuck;
    }

    private sealed class Held(LeaseCommand command)
    {
        public LeaseCommand Command { get; } = command;

        public TimeSpan Until { get; set; }
    }

    private sealed class Waits(LeaseCommand command)
    {
        public LeaseCommand Command { get; } = command;

        public TimeSpan Until { get; set; }

        public int Overtaken { get; set; }
    }
}
