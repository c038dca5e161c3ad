using Headroom.Contracts;
using Headroom.Simulation.Tests.Cluster;
using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Clients;

/// <summary>
/// One life of a client process: a real <see cref="SessionCore"/>, the messages that the SDK's shells would send for
/// it, and an application that leases, holds and gives back.
/// </summary>
internal sealed partial class SimClient
{
    /// <summary>The SDK's default.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1);

    private static readonly string[] Names = ["cache", "journal", "query"];

    private readonly SimWorld _world;
    private readonly Chance _chance;
    private readonly SubsystemCredit[] _credits;
    private readonly List<Held> _held = [];
    private readonly List<SimRequest> _requests = [];
    private readonly SimObserver _observer;
    private SimSilo? _gateway;
    private bool _isWoken;
    private long _alarm;
    private bool _isOpen;
    private bool _resting;
    private bool _closing;

    internal SimClient(SimWorld world, ClientPlan plan, int life)
    {
        (_world, Plan) = (world, plan);
        ProcessId = (plan.Number * 1000) + life;
        _chance = world.Chance.Fork((ulong)ProcessId);
        Process = new SimProcess(
            world.Simulator,
            $"client {plan.Number}.{life}",
            plan.Container.Host,
            _chance.Between(-world.Plan.Drift, world.Plan.Drift))
        {
            Failed = error => world.Violated($"client {plan.Number}: {error}"),
        };
        var limits = new SessionLimits
        {
            MaxIdleCreditBytes = plan.MostBytes * 2,
            MinSlabBytes = Math.Max(4096, plan.MostBytes / 16),
        };
        ProcessIdentity identity =
            plan.IsWitnessed ? new ProcessIdentity(ProcessId, 1, 1, plan.Container.Host) : ProcessIdentity.None;
        Core = new SessionCore(limits, identity, Wake);
        _credits = [.. Names.Select(name => Core.Subsystem(name)!)];
        _observer = new SimObserver(world.Cluster, this);
        Process.Post(Pump);
        LiveOn();
    }

    internal ClientPlan Plan { get; }

    internal SimProcess Process { get; }

    internal int ProcessId { get; }

    internal SessionCore Core { get; }

    internal SubsystemCredit[] Credits => _credits;

    /// <summary>The sessions that it ever asked for, newest last.</summary>
    internal List<Guid> Sessions { get; } = [];

    /// <summary>The last session whose opening was granted and answered: then the client may draw.</summary>
    internal Guid Entered { get; private set; }

    /// <summary>Leased bytes on its machine: real memory, whoever stands behind it.</summary>
    internal long LeasedBytes { get; private set; }

    /// <summary>Those of them that its books say somebody stands behind.</summary>
    internal long BackedBytes => LeasedBytes - LostBytes();

    /// <summary>The last epoch that its authority opened a session for it in.</summary>
    internal long KnownTo { get; set; }

    /// <summary>Whether its authority had to take it for gone: it has to start anew.</summary>
    internal bool IsForgotten { get; set; }

    internal long ResidentBytes => Process.IsAlive ? Machine.BaseBytes + LeasedBytes : 0;

    internal TimeSpan Now => Process.Clock;

    /// <summary>Whether its session is over by its own clock.</summary>
    internal bool IsOver => Core.IsOver(Now);

    /// <summary>Whether it has given back all that it had and said so.</summary>
    internal bool IsClosed { get; private set; }

    internal IReadOnlyList<Held> Leases => _held;

    internal IReadOnlyList<SimRequest> Requests => _requests;

    private GrainKey ContainerKey => new(GrainKind.Container, Plan.Container.Key);

    /// <summary>It is killed: its memory goes with it.</summary>
    internal void Kill()
    {
        Process.Kill();
        _held.Clear();
        _requests.Clear();
        LeasedBytes = 0;
    }

    /// <summary>Its authority wants to be asked.</summary>
    internal void Nudged(Guid session) => Core.Nudge(session);

    /// <summary>
    /// Nothing new is asked for; what is asked for is waited for, what is held is given back in time.
    /// </summary>
    internal void Rest()
    {
        _resting = true;
        foreach (Held held in _held.ToArray())
        {
            EndLater(held, TimeSpan.FromSeconds(3));
        }
    }

    /// <summary>Gives all back and closes, as a program does that ends.</summary>
    internal void Close()
    {
        foreach (Held held in _held.ToArray())
        {
            End(held);
        }

        Core.BeginClosing();
        _closing = true;
        SayGoodbye();
    }

    internal void Tell(string what) => _world.Simulator.Trace.Write(_world.Simulator.Now, Process.Name, what);

    private long LostBytes()
    {
        long lost = 0;
        foreach (Held held in _held)
        {
            lost += held.IsLost && held.Loan is null ? held.Bytes : 0;
        }

        return lost;
    }

    // From any place: what is to be done about it is done in a turn of its own.
    private void Wake()
    {
        if (!_isWoken)
        {
            _isWoken = true;
            _world.Simulator.After(TimeSpan.Zero, () => Process.Post(Pump));
        }
    }

    // The loop of the SDK's session: one message at a time, as long as there is something to say.
    private void Pump()
    {
        _isWoken = false;
        if (_closing)
        {
            return;
        }

        if (Core.Step(_chance.NewId(), Now) is { } turn)
        {
            Send(turn);
        }

        TellOpen();
        SetAlarm();
    }

    private void SetAlarm()
    {
        long alarm = ++_alarm;
        TimeSpan at = Core.WakeAt();
        if (at != TimeSpan.MaxValue)
        {
            TimeSpan left = at > Now ? at - Now : TimeSpan.Zero;
            _world.Simulator.After(Process.True(left), () =>
            {
                if (alarm == _alarm)
                {
                    Process.Post(Pump);
                }
            });
        }
    }

    private void Send(SessionTurn turn)
    {
        if (turn.Open is { } open)
        {
            if (Sessions.Count == 0 || Sessions[^1] != open.Session)
            {
                Sessions.Add(open.Session);
                _world.Opens(this, open.Session);
            }

            OpenSession message = Wire.ToWire(open) with { Observer = _observer };
            Call<IContainerBudgetGrain, SessionTerms>(
                ContainerKey,
                grain => _world.OpenAsync(grain, message, this),
                CallTimeout,
                terms =>
                {
                    Core.Opened(turn, Wire.FromWire(terms), Now, _chance.Unit());
                    Entered = (Outcome)terms.Outcome == Outcome.Granted ? terms.Session : Entered;
                    Tell($"opening {terms.Session} was answered {(Outcome)terms.Outcome} by epoch {terms.Epoch}");
                },
                _ => Core.Failed(turn, Now, _chance.Unit()),
                late: true);
            return;
        }

        Exchange exchange = Wire.ToWire(turn.Exchange!);
        Call<IContainerBudgetGrain, ExchangeAnswer>(
            ContainerKey,
            grain => _world.ExchangeAsync(grain, exchange),
            CallTimeout,
            answer =>
            {
                Core.Exchanged(turn, Wire.FromWire(answer), Now, _chance.Unit());
                Heard((Outcome)answer.Outcome);
            },
            _ => Core.Failed(turn, Now, _chance.Unit()),
            late: true);
    }

    private void TellOpen()
    {
        bool open = Core.IsOpen(Now);
        if (open && !_isOpen)
        {
            foreach (SimRequest request in _requests.Where(request => request.WaitsForSession).ToArray())
            {
                Try(request);
            }
        }

        _isOpen = open;
    }

    private void Heard(Outcome outcome)
    {
        if (outcome != Outcome.Granted)
        {
            Tell($"an exchange was answered {outcome}");
        }

        LookForReclaims();
    }

    // Through one silo, that of its own host if it can: another one after a call that failed. An answer that comes
    // after its time may count as far as it is still true.
    private void Call<TGrain, T>(
        GrainKey key,
        Func<TGrain, ValueTask<T>> invoke,
        TimeSpan limit,
        Action<T> answered,
        Action<Exception?> failed,
        bool late = false)
    {
        bool over = false;
        _world.Simulator.After(Process.True(limit), () => Process.Post(() => Fail(null)));
        if (Gateway() is not { } gateway)
        {
            return;
        }

        Action arrive = () => gateway.Process.Post(() => _ = RelayAsync());
        _world.Cluster.Network.Send(Process, gateway.Process, arrive);
        if (typeof(T) == typeof(SessionTerms))
        {
            _world.Cluster.Network.RepeatOpening(arrive);
        }

        async Task RelayAsync()
        {
            Action reply;
            try
            {
                T result = await new GrainCall<TGrain, T>(_world.Cluster, gateway, key, typeof(T).Name, invoke)
                    .Begin(default);
                reply = () => Answer(result);
            }
            catch (Exception error)
            {
                reply = () => Fail(error);
            }

            _world.Cluster.Network.Send(gateway.Process, Process, () => Process.Post(reply));
        }

        void Answer(T result)
        {
            // Who closes has stopped listening.
            if ((!over || (late && _chance.Of(0.5))) && !(late && _closing))
            {
                over = true;
                answered(result);
                Pump();
            }
        }

        void Fail(Exception? error)
        {
            if (!over)
            {
                over = true;
                _gateway = null;
                failed(error);
                Pump();
            }
        }
    }

    private SimSilo? Gateway()
    {
        if (_gateway is { Process.IsAlive: true } known)
        {
            return known;
        }

        SimSilo? home = _world.Cluster.SiloOf(Plan.Container.Host);
        SimSilo[] live = [.. _world.Cluster.LiveSilos];
        _gateway = home is { Process.IsAlive: true } && (live.Length == 1 || _chance.Of(0.7)) ? home
            : live.Length > 0 ? _chance.Pick(live)
            : home;
        return _gateway;
    }

    private void SayGoodbye()
    {
        IReadOnlyList<Guid> sessions = Core.SessionsToClose();
        if (sessions.Count == 0)
        {
            IsClosed = true;
            return;
        }

        foreach (Guid session in sessions)
        {
            Call<IContainerBudgetGrain, bool>(
                ContainerKey,
                async grain =>
                {
                    await grain.CloseAsync(session, default);
                    return true;
                },
                CallTimeout,
                _ => IsClosed = true,
                _ => IsClosed = true);
        }
    }
}
