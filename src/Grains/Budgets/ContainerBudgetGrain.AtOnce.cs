using System.Runtime.InteropServices;
using Headroom.Contracts;
using Headroom.Grains.Events;

namespace Headroom.Grains.Budgets;

/// <content>First attempts at leases: several in one message, none of which waits.</content>
internal sealed partial class ContainerBudgetGrain
{
    private readonly List<HeadroomEvent> _answered = [];

    /// <inheritdoc/>
    public async ValueTask<TryAcquireAnswer> TryAcquireAsync(TryAcquire request, CancellationToken cancellationToken)
    {
        TryAcquireCommand command = Wire.Command(request);
        await ConfirmAsync();
        IReadOnlyList<LeaseDecision> decisions =
            Apply(static (ledger, command, now) => ledger.TryAcquire(command, now), command);
        Tell(command.Requests, decisions);
        return Wire.AnswerAtOnce(decisions, _ledger.Epoch);
    }

    // Those that go on are told by the grain of their subsystem. Neighbours with the same end are counted together.
    private void Tell(IReadOnlyList<LeaseCommand> requests, IReadOnlyList<LeaseDecision> decisions)
    {
        int counted = 0;
        long bytes = 0;
        for (int row = 0; row < requests.Count; row++)
        {
            (LeaseCommand request, LeaseDecision decision) = (requests[row], decisions[row]);
            if (!IsFinal(decision.Outcome))
            {
                continue;
            }

            counted++;
            bytes += decision.Bytes;
            _answered.Add(RequestEvents.Of(
                _host, _container, request.Subsystem, request.Urgency, request.Bytes, decision.Outcome, decision.Rung,
                decision.Detail));
            if (row + 1 == requests.Count
                || requests[row + 1].Urgency != request.Urgency
                || decisions[row + 1].Outcome != decision.Outcome
                || decisions[row + 1].Rung != decision.Rung)
            {
                metrics.Requested(_host, request.Urgency, decision.Outcome, decision.Rung, counted, bytes);
                (counted, bytes) = (0, 0);
            }
        }

        events.Publish(CollectionsMarshal.AsSpan(_answered));
        _answered.Clear();
    }

    private static bool IsFinal(Outcome outcome) => outcome is Outcome.Granted or Outcome.Invalid
        or Outcome.UrgencyNotAllowed or Outcome.QuotaExceeded or Outcome.Refused;
}
