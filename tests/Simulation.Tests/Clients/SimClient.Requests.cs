using Headroom.Contracts;
using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.Clients;

/// <content>
/// Requests for leases, decision by decision as the SDK's <c>LeaseRequests</c> takes them: once for what can be granted
/// at once, then the careful way; the same id as long as the session is the same, one lease for one request, and
/// nothing left behind by one that was given up.
/// </content>
internal sealed partial class SimClient
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private static TimeSpan PatienceOf(Urgency urgency) => urgency switch
    {
        Urgency.SafeToFail => TimeSpan.FromSeconds(1),
        Urgency.RiskyToFail => TimeSpan.FromSeconds(5),
        _ => TimeSpan.Zero,
    };

    private static bool MayWait(SimRequest request) =>
        request.Urgency is Urgency.SafeToFail or Urgency.RiskyToFail;

    private static Urgency HeldAs(SimRequest request) =>
        request.Reserves ? request.Credit.MaxUrgency : request.Urgency;

    private void Begin(SubsystemCredit credit, long bytes, Urgency urgency, int replicas, bool reserves)
    {
        TimeSpan? until = urgency == Urgency.MustSucceed ? null : Now + PatienceOf(urgency) + CallTimeout;
        var request = new SimRequest(credit, bytes, urgency, urgency == Urgency.MustSucceed ? Reason : "")
        {
            Replicas = replicas,
            Reserves = reserves,
            Since = _world.Simulator.Now,
        };
        _requests.Add(request);
        if (until is { } end)
        {
            _world.Simulator.After(Process.True(end - Now), () => Process.Post(() => GiveUp(request)));
        }

        request.Ask = NewAsk(request);
        if (request.Ask is { } ask)
        {
            AskFirst(request, ask);
        }
        else
        {
            AskCarefully(request);
        }
    }

    private void AskCarefully(SimRequest request)
    {
        if (!request.IsOver)
        {
            if (MayWait(request))
            {
                Core.RequestWaits(request.Credit, request.Bytes);
                request.Waits = true;
            }

            Try(request);
        }
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
        if (request.Waits)
        {
            Core.RequestOver(request.Credit, request.Bytes);
        }

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
        int turn = ++request.Turn;
        TimeSpan asked = Now;
        Call<ISubsystemGrain, LeaseAnswer>(
            new GrainKey(GrainKind.Subsystem, $"{Plan.Container.Key}/{ask.Command.Subsystem}"),
            grain => _world.AcquireAsync(grain, message, request),
            (more ? Poll : PatienceOf(request.Urgency)) + CallTimeout,
            answer => Answered(request, ask, turn, Wire.FromWire(answer), asked),
            _ => Again(request, turn, null));
    }

    private LeaseAsk? AskOf(SimRequest request)
    {
        if (request.Ask is { } ask && Core.IsCurrent(ask, Now))
        {
            return ask;
        }

        request.Ask = NewAsk(request);
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

    private LeaseAsk? NewAsk(SimRequest request) => Core.Ask(
        request.Credit, _chance.NewId(), request.Bytes, request.Urgency, request.Reason, request.Reserves, Now);

    private void Again(SimRequest request, int turn, TimeSpan? pause)
    {
        if (request.IsOver || turn != request.Turn)
        {
            return;
        }

        // So that no answer to this try counts any more.
        request.Turn++;
        if (request.Tries == 0)
        {
            AskCarefully(request);
            return;
        }

        request.Pause = request.Pause == TimeSpan.Zero ? FirstPause
            : request.Pause * 2 < LongestPause ? request.Pause * 2 : LongestPause;
        TimeSpan after = pause ?? request.Pause * (0.5 + (0.5 * _chance.Unit()));
        _world.Simulator.After(Process.True(after), () => Process.Post(() => Try(request)));
    }

    private void Answered(SimRequest request, LeaseAsk ask, int turn, LeaseReply reply, TimeSpan asked)
    {
        // As the SDK: a call that was given up is not listened to any more. What it brought is given up with its ask.
        if (request.IsOver || turn != request.Turn)
        {
            return;
        }

        LeaseDecision decision = reply.Decision;
        request.Answer = decision;
        if (reply.Loan is { } loan)
        {
            Borrow(request, ask, reply, loan, asked);
            return;
        }

        switch (decision.Outcome)
        {
            case Outcome.Granted when decision.Rung == Rung.Loan:
                Core.Abandon(ask);
                request.Ask = null;
                Again(request, turn, null);
                break;
            case Outcome.Granted:
                LeaseSlot? slot = Core.Accept(ask, decision.LeaseId, reply.Epoch, null, Now, out long token);
                request.Ask = null;
                if (slot is null)
                {
                    Again(request, turn, null);
                    return;
                }

                Finish(request);
                Hold(new Held(slot, token, request.Bytes, HeldAs(request), request.Credit)
                {
                    Account = request.Credit.Account,
                });
                break;
            case Outcome.Waiting:
                Again(request, turn, TimeSpan.Zero);
                break;
            case Outcome.RegisterAgain or Outcome.Fenced or Outcome.StartAnew:
                Core.Unknown(ask);
                request.Ask = null;
                Again(request, turn, null);
                break;
            case Outcome.Gone or Outcome.Conflict:
                request.Ask = null;
                Again(request, turn, null);
                break;
            case Outcome.LastResort or Outcome.Refused or Outcome.QuotaExceeded or Outcome.UrgencyNotAllowed:
                request.Ask = null;
                if (request.Tries > 0)
                {
                    Core.Dismiss(ask);
                }

                Refused(request, turn, decision);
                break;
            case Outcome.Invalid:
                request.Ask = null;
                Finish(request);
                break;
            default:
                Again(request, turn, decision.RetryAfter > TimeSpan.Zero ? decision.RetryAfter : null);
                break;
        }
    }

    private void Refused(SimRequest request, int turn, LeaseDecision decision)
    {
        Outcome outcome = decision.Outcome;
        bool helps = outcome is Outcome.Refused || decision.RetryAfter > TimeSpan.Zero;
        bool stops = outcome == Outcome.LastResort
            && decision.State is SubsystemState.ReadOnly or SubsystemState.FailStop;
        if (request.Urgency == Urgency.MustSucceed && !stops && outcome != Outcome.UrgencyNotAllowed && helps)
        {
            Again(request, turn, decision.RetryAfter > TimeSpan.Zero ? decision.RetryAfter : null);
            return;
        }

        Finish(request);

        // What the authority had no more may have been drawn for this very subsystem.
        if (outcome == Outcome.Refused && !request.Reserves && request.Urgency != Urgency.MustSucceed
            && TryLease(request.Credit, request.Bytes, request.Urgency) is { } lease)
        {
            Hold(lease);
        }
    }
}
