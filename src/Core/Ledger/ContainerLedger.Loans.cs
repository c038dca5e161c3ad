namespace Headroom;

/// <content>Leases whose bytes are on other hosts, and what must-succeed was used for.</content>
public sealed partial class ContainerLedger
{
    /// <summary>Most rows in which a session says what it used must-succeed for.</summary>
    public const int MaxReasons = 64;

    private readonly Reasons _reasons = new();
    private long _loaned;

    /// <summary>Bytes on other hosts that leases stand for.</summary>
    public long LoanBytes => _loaned;

    /// <summary>What must-succeed was used for, those with most outstanding bytes first.</summary>
    public IReadOnlyList<ReasonUse> MustSucceedUses => _reasons.Rows;

    /// <summary>Bytes outstanding against the must-succeed quota.</summary>
    public long MustSucceedOutstandingBytes => _leased[Urgency.MustSucceed] + _loaned;

    /// <summary>The must-succeed quota; null for none.</summary>
    public long? MustSucceedQuotaBytes => _rules.MustSucceedQuotaBytes;

    /// <summary>
    /// A lender was found for a request that waits: books a lease for it without any bytes of this host.
    /// </summary>
    /// <returns>
    /// Granted with rung Loan; or how the request was answered meanwhile: then the loan is not needed. Unavailable when
    /// it does not wait any more and has no answer: it has to be asked anew.
    /// </returns>
    public LeaseDecision Borrow(LeaseCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (_answers.TryFind(command.RequestId, out LeaseCommand first, out LeaseDecision answer))
        {
            return first.SameAs(command) ? Repeated(answer, now) : Conflict();
        }

        if (_queue.Find(command.RequestId) is not { } waiter)
        {
            // Settled, or lost with an earlier authority, while lenders were asked: that is no word on what there is.
            return Unfit(command) ?? Unavailable() with { Detail = "it waits no longer and has to be asked anew" };
        }

        if (!waiter.Command.SameAs(command))
        {
            return Conflict();
        }

        if (!MayGrant(now))
        {
            return Unavailable();
        }

        Remove(waiter);
        LeaseDecision decision = Grant(waiter.Command, Rung.Loan, now) with { Detail = WhyNotRaised(waiter) };
        _settled.Add(new Settled(command.RequestId, decision));
        Finish(now);
        return decision;
    }

    private void Count(Session session, IReadOnlyList<ReasonReport> uses)
    {
        if (uses.Count == 0 && session.MustSucceed.Count == 0)
        {
            return;
        }

        foreach (ReasonReport use in session.MustSucceed)
        {
            _reasons.Grant(use.Subsystem, use.Reason, -use.Requests, -use.OutstandingBytes);
        }

        foreach (ReasonReport use in uses)
        {
            _reasons.Grant(use.Subsystem, use.Reason, use.Requests, use.OutstandingBytes);
        }

        session.MustSucceed = uses;
    }

    // What it has now ends with it; what it had stays counted.
    private void Discount(Session session)
    {
        foreach (ReasonReport use in session.MustSucceed)
        {
            _reasons.Release(use.Subsystem, use.Reason, use.OutstandingBytes);
        }

        session.MustSucceed = [];
    }

    private static bool AreValid(IReadOnlyList<ReasonReport> uses) =>
        uses.Count <= MaxReasons && uses.All(use =>
            ResourceName.IsValid(use.Subsystem)
            && use.Reason is { Length: <= Reasons.MaxLength }
            && IsAmount(use.Requests)
            && IsAmount(use.OutstandingBytes));
}
