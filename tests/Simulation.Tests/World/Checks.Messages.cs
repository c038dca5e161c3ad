using Headroom.Contracts;
using Headroom.Grains.Budgets;
using Headroom.Simulation.Tests.Clients;
using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.World;

/// <content>What grains answer, known before the answer is on its way.</content>
internal sealed partial class Checks
{
    private readonly HashSet<(IReserveGrain Lender, Guid Request)> _cancelled = [];
    private readonly HashSet<(IContainerBudgetGrain Authority, Guid Session)> _opened = [];
    private readonly HashSet<(object Authority, Guid Session, Guid Request)> _givenUp = [];

    /// <summary>What an authority makes of an opening is known before its answer is on its way.</summary>
    internal async ValueTask<SessionTerms> OpenAsync(
        IContainerBudgetGrain grain, OpenSession message, SimClient client)
    {
        ContainerLedger ledger = Internals.Ledger((ContainerBudgetGrain)grain);
        bool isOver = _opened.Contains((grain, message.Session))
            && !Internals.Sessions(ledger).ContainsKey(message.Session);
        bool learns = ledger.Learning;
        SessionTerms terms = await grain.OpenAsync(message, default);
        world.Tally.Count($"{(isOver ? "late copy of an opening" : "opening")} {(Outcome)terms.Outcome}");
        if ((Outcome)terms.Outcome == Outcome.Granted)
        {
            // Its bytes were given back, or are in the books of the session that replaced it. Later on it brings only
            // what is booked for the one that it replaces.
            if (isOver && learns && message.Holdings.Length > 0)
            {
                world.Violated($"I6: what {client.Process.Name} reported with session {message.Session}, which has "
                    + $"ended and replaced {message.Replaces}, was booked again by epoch {terms.Epoch}.");
            }

            _opened.Add((grain, message.Session));

            // A late copy says nothing of what the client has had since it was answered.
            if (client.Sessions[^1] == message.Session && client.Entered != message.Session)
            {
                client.KnownTo = Math.Max(client.KnownTo, terms.Epoch);
                client.IsForgotten = false;
            }
        }
        else if ((Outcome)terms.Outcome == Outcome.StartAnew)
        {
            client.IsForgotten = true;
        }

        return terms;
    }

    /// <summary>An authority hears, with an exchange, what its client gave up.</summary>
    internal async ValueTask<ExchangeAnswer> ExchangeAsync(IContainerBudgetGrain grain, Exchange message)
    {
        ExchangeAnswer answer = await grain.ExchangeAsync(message, default);
        if ((Outcome)answer.Outcome == Outcome.Granted)
        {
            foreach (Guid request in message.Cancelled)
            {
                _givenUp.Add((grain, message.Session, request));
            }
        }

        return answer;
    }

    internal async ValueTask<LeaseAnswer> AcquireAsync(
        ISubsystemGrain grain, LeaseRequest message, SimRequest request)
    {
        LeaseAnswer answer = await grain.AcquireAsync(message, default);
        var outcome = (Outcome)answer.Outcome;
        world.Tally.Count($"request {outcome}");
        if (outcome == Outcome.Granted)
        {
            world.Tally.Count($"granted by {(Rung)answer.Rung}");
        }

        // An authority knows where a loan is for a minute: longer than any request here goes without its answer. A
        // client that took it for memory at home would use what nobody has booked.
        if (outcome == Outcome.Granted && (Rung)answer.Rung == Rung.Loan && answer.Loan is null)
        {
            world.Violated($"I2: {answer.Bytes} bytes were granted by a loan, and its caller is not told where they "
                + "are.");
        }

        // I5: must-succeed is never told no for want of memory; its quota and its last resort are other things.
        if (outcome == Outcome.Refused && request is { Urgency: Urgency.MustSucceed, IsOver: false }
            && request.Ask?.Command.RequestId == message.RequestId)
        {
            world.Violated($"I5: must-succeed was refused: {answer.Detail}");
        }

        return answer;
    }

    /// <summary>A lender ends what a request was or will be lent.</summary>
    internal ValueTask CancelAsync(IReserveGrain lender, Guid requestId)
    {
        _cancelled.Add((lender, requestId));
        return lender.CancelAsync(requestId, default);
    }

    /// <summary>What nobody will ever use is not lent.</summary>
    internal async ValueTask<LendAnswer> LendAsync(IReserveGrain lender, LendRequest request)
    {
        bool isCancelled = _cancelled.Contains((lender, request.RequestId));
        LendAnswer answer = await lender.LendAsync(request, default);
        world.Tally.Count($"{(isCancelled ? "cancelled ask" : "ask")} of a lender {(Outcome)answer.Outcome}");
        if (isCancelled && answer.Part is { } part)
        {
            world.Violated($"I4: {part.Host} lends {request.Bytes} bytes to {request.Borrower} for a request that was "
                + "cancelled there before.");
        }

        return answer;
    }
}
