using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// A container's ledger as its shell drives it, with an older activation beside it that does not know it was
/// replaced.
/// </summary>
internal sealed class ModelContainer
{
    private readonly LedgerWorld _world;
    private readonly Dictionary<(ContainerLedger Ledger, Guid Request), Action<LeaseDecision>> _waits = [];
    private readonly List<(ContainerLedger Ledger, long Call)> _calls = [];
    private readonly HashSet<long> _seen = [];
    private ContainerLedger? _older;
    private bool _reachOlder;

    internal ModelContainer(LedgerWorld world, string name)
    {
        _world = world;
        Name = name;
        Ledger = Join();
    }

    internal string Name { get; }

    internal ContainerLedger Ledger { get; private set; }

    internal Dictionary<Rung, int> Rungs { get; } = [];

    internal int Granted { get; private set; }

    internal int Overlaps { get; private set; }

    internal int Waited { get; private set; }

    /// <summary>Runs one transition of the activation that the sender happens to reach.</summary>
    internal void Reach(Action<ContainerLedger> transition)
    {
        ContainerLedger ledger = _reachOlder && _older is { } older ? older : Ledger;
        Overlaps += ledger == Ledger ? 0 : 1;
        Run(ledger, transition);
    }

    internal void Choose(bool older) => _reachOlder = older;

    internal void Restart(bool keepOlder)
    {
        if (!keepOlder)
        {
            Forget(Ledger);
        }

        if (_older is not null)
        {
            Forget(_older);
        }

        _older = keepOlder ? Ledger : null;
        Ledger = Join();
    }

    internal void Request(ContainerLedger ledger, LeaseCommand command, Action<LeaseDecision> answer)
    {
        LeaseDecision decision = ledger.Request(command, _world.Now);
        if (decision.Outcome != Outcome.Waiting)
        {
            Assert.False(_waits.ContainsKey((ledger, command.RequestId)) && decision.Outcome != Outcome.Conflict);
            Saw(ledger, decision, command.Urgency);
            _world.Send(() => answer(decision));
        }
        else
        {
            Waited++;
            _waits[(ledger, command.RequestId)] = settled =>
            {
                Saw(ledger, settled, command.Urgency);
                _world.Send(() => answer(settled));
            };
        }
    }

    internal void TryAcquire(
        ContainerLedger ledger, TryAcquireCommand command, Action<IReadOnlyList<LeaseDecision>> answer)
    {
        IReadOnlyList<LeaseDecision> decisions = ledger.TryAcquire(command, _world.Now);
        foreach ((LeaseCommand request, LeaseDecision decision) in command.Requests.Zip(decisions))
        {
            Saw(ledger, decision, request.Urgency);
        }

        _world.Send(() => answer(decisions));
    }

    internal void GiveUp(int how)
    {
        if (_waits.Count > 0)
        {
            ((ContainerLedger ledger, Guid request), Action<LeaseDecision> wait) = _waits.ElementAt(how % _waits.Count);
            Run(ledger, reached =>
            {
                if (reached.GiveUp(request, _world.Now) is { } refusal)
                {
                    _waits.Remove((ledger, request));
                    wait(refusal);
                }
            });
        }
    }

    internal void CallHost(bool tidy, bool reliable = false) => Reach(ledger =>
    {
        (AllotCommand command, long call) = ledger.CallHost(tidy, _world.Now);
        TimeSpan sent = _world.Now;
        _calls.Add((ledger, call));
        if (reliable)
        {
            AllotDecision answer = _world.Allot(command with { Container = Name });
            ledger.Ordered(answer, call, sent + Given.AuthorityLease, _world.Now);
            return;
        }

        _world.Send(() =>
        {
            AllotDecision decision = _world.Allot(command with { Container = Name });
            _world.Send(() => Run(
                ledger, reached => reached.Ordered(decision, call, sent + Given.AuthorityLease, _world.Now)));
        });
    });

    internal void FailCall(int how)
    {
        if (_calls.Count > 0)
        {
            (ContainerLedger ledger, long call) = _calls[how % _calls.Count];
            _calls.RemoveAt(how % _calls.Count);
            Run(ledger, reached => reached.HostFailed(call, _world.Now));
        }
    }

    internal void Push(AllotDecision order, long epoch)
    {
        if (Ledger.Epoch == epoch)
        {
            Run(Ledger, ledger => ledger.Ordered(order, 0, TimeSpan.Zero, _world.Now));
        }
    }

    internal void Check()
    {
        Assert.Empty(Ledger.Audit());
        Assert.Equal(_waits.Keys.Count(wait => wait.Ledger == Ledger), Ledger.Unanswered);
    }

    private ContainerLedger Join() => new(_world.Join(Name), _world.Rules, Given.AuthorityLease, _world.Now);

    private void Run(ContainerLedger ledger, Action<ContainerLedger> transition)
    {
        if (ledger != Ledger && ledger != _older)
        {
            return;
        }

        transition(ledger);
        _world.Asked += ledger.TakeReclaims().Count(reclaimed => reclaimed.Step == ReclaimStep.Asked);
        foreach (Guid session in ledger.TakeNudges())
        {
            _world.Nudge(session);
        }

        foreach (Settled settled in ledger.TakeSettled())
        {
            // Each that waited has one answer, and nobody else has any.
            Assert.True(_waits.Remove((ledger, settled.RequestId), out Action<LeaseDecision>? wait), "settled twice");
            wait(settled.Decision);
        }
    }

    // I7: who is granted something did not go before anybody of a higher urgency.
    private void Saw(ContainerLedger ledger, LeaseDecision decision, Urgency urgency)
    {
        if (decision.Outcome == Outcome.Granted && _seen.Add(decision.LeaseId))
        {
            Granted++;
            Rungs[decision.Rung] = Rungs.GetValueOrDefault(decision.Rung) + 1;

            // I8: what ordinary urgencies get fits the allotment without the overdraft.
            bool overdrawn = urgency < Urgency.MustSucceed && ledger.CommittedBytes > ledger.AllottedBytes;
            _world.OutOfTheReserve += overdrawn ? 1 : 0;
            for (int higher = (int)urgency + 1; higher < ByUrgency.Levels; higher++)
            {
                _world.Overtook += ledger.WaitingAt((Urgency)higher);
            }
        }
    }

    private void Forget(ContainerLedger ledger)
    {
        foreach ((ContainerLedger Ledger, Guid Request) wait in _waits.Keys.ToArray())
        {
            if (wait.Ledger == ledger)
            {
                _waits.Remove(wait);
            }
        }

        _calls.RemoveAll(call => call.Ledger == ledger);
    }
}
