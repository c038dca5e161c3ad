using Headroom.Contracts;
using Headroom.Simulation.Tests.Cluster;
using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Clients;

/// <summary>
/// Leases without a session, one after the other, as an HTTP client holds them: asked for under a request id until
/// there is an answer, renewed, and given back or forgotten. Nobody can look at its process.
/// </summary>
internal sealed class SimCaller
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(3);

    private readonly SimWorld _world;
    private readonly Chance _chance;
    private Guid _request;
    private LeaseClaim? _claim;
    private Urgency _urgency;
    private long _bytes;
    private string _subsystem = "";
    private TimeSpan _validUntil;
    private bool _resting;
    private int _lease;

    internal SimCaller(SimWorld world, CallerPlan plan)
    {
        (_world, Plan) = (world, plan);
        _chance = world.Chance.Fork((ulong)plan.Number << 32);
        Process = new SimProcess(world.Simulator, $"caller {plan.Number}", "elsewhere", 0);
        After(_chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(3)), Ask);
    }

    internal CallerPlan Plan { get; }

    internal SimProcess Process { get; }

    internal bool IsIdle => _request == Guid.Empty;

    /// <summary>What it holds and may still use: it stops by its own clock.</summary>
    internal long HeldBytes => _claim is { } claim && Process.Clock < _validUntil ? claim.Bytes : 0;

    internal void Rest() => _resting = true;

    private void Ask()
    {
        if (_resting)
        {
            return;
        }

        _lease++;
        _request = _chance.NewId();
        _urgency = (Urgency)_chance.Below(ByUrgency.Levels);

        // What no container of its size could ever lend would wait for ever.
        long most = Math.Min(Plan.MostBytes, Plan.Container.LimitBytes / 2);
        _bytes = 1 + (long)(most * Math.Pow(_chance.Unit(), 2));
        _subsystem = _chance.Of(0.5) ? "http" : "journal";
        Try(_lease, tries: 0);
    }

    private void Try(int lease, int tries)
    {
        if (lease != _lease)
        {
            return;
        }

        bool must = _urgency == Urgency.MustSucceed;
        var message = new LeaseRequest
        {
            RequestId = _request,
            Bytes = _bytes,
            Urgency = (byte)_urgency,
            Ttl = Plan.Ttl,
            Wait = TimeSpan.FromSeconds(2),
            More = must,
            Reason = must ? "commit" : null,
        };
        TimeSpan asked = Process.Clock;
        Call<ISubsystemGrain, LeaseAnswer>(
            new GrainKey(GrainKind.Subsystem, $"{Plan.Container.Key}/{_subsystem}"),
            grain => grain.AcquireAsync(message, default),
            answer => Answered(lease, tries, answer, asked),
            () => Again(lease, tries));
    }

    private void Again(int lease, int tries)
    {
        // Who gives up takes back what it asked for, if that can be heard.
        if (tries > 3 && (_urgency != Urgency.MustSucceed || _chance.Of(0.1)))
        {
            Over(lease);
            return;
        }

        After(_chance.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)), () => Try(lease, tries + 1));
    }

    private void Answered(int lease, int tries, LeaseAnswer answer, TimeSpan asked)
    {
        if (lease != _lease || _claim is not null)
        {
            return;
        }

        switch ((Outcome)answer.Outcome)
        {
            case Outcome.Granted:
                _claim = new LeaseClaim
                {
                    LeaseId = answer.LeaseId,
                    Epoch = answer.Epoch,
                    Subsystem = _subsystem,
                    Bytes = _bytes,
                    Urgency = (byte)_urgency,
                    Ttl = Plan.Ttl,
                };
                _validUntil = asked + Plan.Ttl;
                After(Plan.Ttl / 3, () => Renew(lease));
                After(_chance.Between(TimeSpan.FromMilliseconds(10), Plan.Ttl * 3), () => End(lease));
                break;
            case Outcome.Waiting or Outcome.Unavailable:
                Again(lease, tries);
                break;
            default:
                Done(lease);
                break;
        }
    }

    private void Renew(int lease)
    {
        if (lease != _lease || _claim is not { } claim)
        {
            return;
        }

        TimeSpan sent = Process.Clock;
        if (sent >= _validUntil)
        {
            Done(lease);
            return;
        }

        Call<IContainerBudgetGrain, LeaseAnswer>(
            new GrainKey(GrainKind.Container, Plan.Container.Key),
            grain => grain.RenewLeaseAsync(claim, default),
            answer =>
            {
                if (lease == _lease && (Outcome)answer.Outcome == Outcome.Granted)
                {
                    TimeSpan until = sent + Plan.Ttl;
                    _validUntil = until > _validUntil ? until : _validUntil;
                }
                else if (lease == _lease && (Outcome)answer.Outcome == Outcome.Gone)
                {
                    Done(lease);
                }
            },
            static () => { });
        After(Plan.Ttl / 3, () => Renew(lease));
    }

    // Most give back what they had; some just go.
    private void End(int lease)
    {
        if (lease == _lease && _claim is { } claim)
        {
            Done(lease);
            if (_chance.Of(0.8))
            {
                Call<IContainerBudgetGrain, bool>(
                    new GrainKey(GrainKind.Container, Plan.Container.Key),
                    async grain =>
                    {
                        await grain.ReleaseLeaseAsync(claim, default);
                        return true;
                    },
                    static _ => { },
                    static () => { });
            }
        }
    }

    private void Over(int lease)
    {
        if (lease == _lease)
        {
            Guid request = _request;
            Done(lease);
            Call<IContainerBudgetGrain, bool>(
                new GrainKey(GrainKind.Container, Plan.Container.Key),
                async grain =>
                {
                    await grain.CancelAsync(request, default);
                    return true;
                },
                static _ => { },
                static () => { });
        }
    }

    private void Done(int lease)
    {
        if (lease == _lease)
        {
            (_request, _claim) = (Guid.Empty, null);
            _lease++;
            After(_chance.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3)), Ask);
        }
    }

    private void After(TimeSpan time, Action action) =>
        _world.Simulator.After(Process.True(time), () => Process.Post(action));

    private void Call<TGrain, T>(
        GrainKey key, Func<TGrain, ValueTask<T>> invoke, Action<T> answered, Action failed)
    {
        SimSilo[] live = [.. _world.Cluster.LiveSilos];
        bool over = false;
        After(CallLimit, Fail);
        if (live.Length == 0)
        {
            return;
        }

        SimSilo gateway = _chance.Pick(live);
        _world.Cluster.Network.Send(Process, gateway.Process, () => gateway.Process.Post(() => _ = RelayAsync()));

        async Task RelayAsync()
        {
            Action reply;
            try
            {
                T result = await new GrainCall<TGrain, T>(_world.Cluster, gateway, key, typeof(T).Name, invoke)
                    .Begin(default);
                reply = () => Answer(result);
            }
            catch (Exception)
            {
                // Weighed where it was thrown.
                reply = Fail;
            }

            _world.Cluster.Network.Send(gateway.Process, Process, () => Process.Post(reply));
        }

        void Answer(T result)
        {
            if (!over)
            {
                over = true;
                answered(result);
            }
        }

        void Fail()
        {
            if (!over)
            {
                over = true;
                failed();
            }
        }
    }
}
