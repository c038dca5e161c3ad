using Headroom.Contracts;
using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.Clients;

/// <content>
/// The careful path, decision by decision as the SDK's <c>LeaseRequests</c> takes them: the same id as long as the
/// session is the same, one lease for one request, and nothing left behind by one that was given up.
/// </content>
internal sealed partial class SimClient
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private static TimeSpan PatienceOf(Urgency urgency) => urgency switch
    {
        Urgency.Optional => TimeSpan.Zero,
        Urgency.SafeToFail => TimeSpan.FromSeconds(1),
        _ => TimeSpan.FromSeconds(5),
    };

    private void Begin(SubsystemCredit credit, long bytes, Urgency urgency, int replicas, bool reserves)
    {
        TimeSpan? until = urgency == Urgency.MustSucceed ? null : Now + PatienceOf(urgency) + CallTimeout;
        var request = new SimRequest(credit, bytes, urgency, urgency == Urgency.MustSucceed ? "commit" : "")
        {
            Replicas = replicas,
            Reserves = reserves,
            Until = until,
            Since = _world.Simulator.Now,
            Go = static () => { },
        };
        request.Go = () => Try(request);
        _requests.Add(request);
        if (until is { } end)
        {
            _world.Simulator.After(Process.True(end - Now), () => Process.Post(() => GiveUp(request)));
        }

        Try(request);
    }

    /// <summary>Its caller waits no longer: whatever becomes of it is not wanted any more.</summary>
    private void GiveUp(SimRequest request)
    {
        if (!request.IsOver)
        {
            Finish(request);
        }
    }

    private void Finish(SimRequest request)
    {
        request.IsOver = true;
        _requests.Remove(request);
        if (request.Ask is { } ask)
        {
            Core.Abandon(ask);
            request.Ask = null;
        }
    }

    private void Try(SimRequest request)
    {
        request.WaitsForSession = false;
        if (request.IsOver || _closing)
        {
            return;
        }

        if (request.Tries++ > 0 && !request.Reserves
            && TryLease(request.Credit, request.Bytes, request.Urgency) is { } lease)
        {
            Finish(request);
            Hold(lease);
            return;
        }

        if (AskOf(request) is not { } ask)
        {
            return;
        }

        bool more = request.Urgency == Urgency.MustSucceed;
        TimeSpan? wait = more ? Poll : request.Urgency == Urgency.Optional ? TimeSpan.Zero : null;
        LeaseRequest message = Wire.ToWire(ask, wait, more, request.Replicas);
        int number = request.Tries;
        TimeSpan asked = Now;
        Call<ISubsystemGrain, LeaseAnswer>(
            new GrainKey(GrainKind.Subsystem, $"{Plan.Container.Key}/{ask.Command.Subsystem}"),
            grain => _world.AcquireAsync(grain, message, request),
            (more ? Poll : PatienceOf(request.Urgency)) + CallTimeout,
            answer => Answered(request, ask, number, answer, asked),
            _ => Again(request, number, null));
    }

    private LeaseAsk? AskOf(SimRequest request)
    {
        if (request.Ask is { } ask && Core.IsCurrent(ask, Now))
        {
            return ask;
        }

        request.Ask = Core.Ask(
            request.Credit, _chance.NewId(), request.Bytes, request.Urgency, request.Reason, request.Reserves, Now);
        if (request.Ask is null)
        {
            if (request.Urgency == Urgency.Optional)
            {
                Finish(request);
            }
            else
            {
                request.WaitsForSession = true;
            }
        }

        return request.Ask;
    }

    private void Again(SimRequest request, int number, TimeSpan? pause)
    {
        if (request.IsOver || number != request.Tries)
        {
            return;
        }

        // So that no answer to this try counts any more.
        request.Tries++;
        request.Pause = request.Pause == TimeSpan.Zero ? FirstPause
            : request.Pause * 2 < LongestPause ? request.Pause * 2 : LongestPause;
        TimeSpan after = pause ?? request.Pause * (0.5 + (0.5 * _chance.Unit()));
        _world.Simulator.After(Process.True(after), () => Process.Post(() => Try(request)));
    }

    private void Answered(SimRequest request, LeaseAsk ask, int number, LeaseAnswer answer, TimeSpan asked)
    {
        // As the SDK: a call that was given up is not listened to any more. What it brought is given up with its ask.
        if (request.IsOver || number != request.Tries)
        {
            return;
        }

        request.Answer = answer;
        if (answer.Loan is { } loan)
        {
            Borrow(request, ask, answer, loan, asked);
            return;
        }

        switch ((Outcome)answer.Outcome)
        {
            case Outcome.Granted:
                LeaseSlot? slot = Core.Accept(ask, answer.LeaseId, answer.Epoch, null, Now, out long token);
                request.Ask = null;
                if (slot is null)
                {
                    Again(request, number, null);
                    return;
                }

                Finish(request);
                Hold(new Held(slot, token, request.Bytes, HeldAs(request), request.Credit)
                {
                    Account = request.Credit.Account,
                });
                break;
            case Outcome.Waiting:
                Again(request, number, TimeSpan.Zero);
                break;
            case Outcome.RegisterAgain or Outcome.Fenced or Outcome.StartAnew:
                Core.Unknown(ask);
                request.Ask = null;
                Again(request, number, null);
                break;
            case Outcome.Gone or Outcome.Conflict:
                request.Ask = null;
                Again(request, number, null);
                break;
            case Outcome.LastResort or Outcome.Refused or Outcome.QuotaExceeded or Outcome.UrgencyNotAllowed:
                request.Ask = null;
                Refused(request, number, answer);
                break;
            case Outcome.Invalid:
                request.Ask = null;
                Finish(request);
                break;
            default:
                Again(request, number, answer.RetryAfter > TimeSpan.Zero ? answer.RetryAfter : null);
                break;
        }
    }

    private void Refused(SimRequest request, int number, LeaseAnswer answer)
    {
        var outcome = (Outcome)answer.Outcome;
        bool helps = outcome is Outcome.Refused || answer.RetryAfter > TimeSpan.Zero;
        bool stops = outcome == Outcome.LastResort
            && (SubsystemState)answer.State is SubsystemState.ReadOnly or SubsystemState.FailStop;
        if (stops || request.Urgency != Urgency.MustSucceed || outcome == Outcome.UrgencyNotAllowed || !helps)
        {
            Finish(request);
        }
        else
        {
            Again(request, number, answer.RetryAfter > TimeSpan.Zero ? answer.RetryAfter : null);
        }
    }

    private static Urgency HeldAs(SimRequest request) =>
        request.Reserves ? request.Credit.MaxUrgency : request.Urgency;
}
