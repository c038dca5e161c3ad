namespace Headroom;

/// <content>First attempts: granted at once or not, several in one transition.</content>
public sealed partial class ContainerLedger
{
    /// <summary>Most requests of one <see cref="TryAcquire"/>.</summary>
    public const int MaxRequestsAtOnce = 1024;

    // It says nothing of what there is: whoever wants to know that asks with the request that waits.
    private static readonly LeaseDecision NotAtOnce = new() { Outcome = Outcome.Waiting, Rung = Rung.Container };

    /// <summary>Asks for leases that can be granted at once, from what the host has already given.</summary>
    /// <returns>
    /// A decision for each request, in their order. Granted; Waiting when the request might be met by waiting, by the
    /// host or by a higher rung: then it holds no place, and goes on with <see cref="Request"/> under the same id; Gone
    /// for a late copy of an attempt that is over; otherwise why not, as <see cref="Request"/> says it. All are
    /// RegisterAgain for another epoch or an unknown session, and Invalid when there are too many. Only those that are
    /// granted have changed anything.
    /// </returns>
    public IReadOnlyList<LeaseDecision> TryAcquire(TryAcquireCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        var decisions = new LeaseDecision[command.Requests.Count];
        if (command.Epoch != Epoch || !_sessions.TryGetValue(command.Session, out Session? session))
        {
            Array.Fill(decisions, new LeaseDecision { Outcome = Outcome.RegisterAgain });
            return decisions;
        }

        if (decisions.Length > MaxRequestsAtOnce)
        {
            Array.Fill(decisions, Invalid($"at most {MaxRequestsAtOnce} requests in one message"));
            return decisions;
        }

        session.Settle(command.Settled);
        for (int row = 0; row < decisions.Length; row++)
        {
            decisions[row] = AtOnce(session, command.Requests[row], now);
        }

        Finish(now);
        return decisions;
    }

    private LeaseDecision AtOnce(Session session, LeaseCommand command, TimeSpan now)
    {
        if (command.Session != session.Id)
        {
            return Invalid("a request must be of the session that sends it");
        }

        if (_answers.TryFind(command.RequestId, out LeaseCommand first, out LeaseDecision answer))
        {
            // Where the memory of a loan is, those know who arranged it.
            return !first.SameAs(command) ? Conflict() : answer.Rung == Rung.Loan ? NotAtOnce : answer;
        }

        if (command.Number <= session.Settled)
        {
            return Gone();
        }

        if (_queue.Find(command.RequestId) is not null)
        {
            return NotAtOnce;
        }

        if (Unfit(command) is { } unfit)
        {
            return unfit;
        }

        if (!MayGrant(now) || _leases.Count >= MaxLeases)
        {
            return Unavailable();
        }

        return GrantInTurn(command, now) ?? NotAtOnce;
    }
}
