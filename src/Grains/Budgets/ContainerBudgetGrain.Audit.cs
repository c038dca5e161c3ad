using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <content>Whether the container's books add up, and cover what its clients say that they hold.</content>
internal sealed partial class ContainerBudgetGrain
{
    // A client that is stopped or far away is not waited for longer: what it holds is what is booked.
    private static readonly TimeSpan LookPatience = TimeSpan.FromMilliseconds(500);

    // Books and holdings move while they are compared; what exceeds the books this often is no movement.
    private const int LookTries = 3;

    // Of a very large container a part is looked at.
    private const int MaxLooks = 1_000;

    /// <inheritdoc/>
    public async ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken)
    {
        Violation[] own =
        [
            .. _ledger.Audit().Select(
                found => new Violation { Invariant = found.Invariant, Budget = _key, Detail = found.Detail }),
        ];
        Guid[] sessions = [.. _observers.Keys.Order().Take(MaxLooks)];
        (Guid Session, Violation? Found)[] found = [];
        for (int attempt = 0; attempt < LookTries && sessions.Length > 0; attempt++)
        {
            found = await Task.WhenAll(sessions.Select(LookAsync));
            sessions = [.. found.Where(look => look.Found is not null).Select(look => look.Session)];
        }

        return new AuditReport { Violations = [.. own, .. found.Select(look => look.Found).OfType<Violation>()] };
    }

    // The books rise before a client hears of it and fall after it gave back: at every moment they say as much as the
    // client holds. So it is compared with the higher of what they say before and after it was asked.
    private async Task<(Guid Session, Violation? Found)> LookAsync(Guid session)
    {
        if (_ledger.HeldBytes(session) is not { } before
            || !_observers.TryGetValue(session, out ISessionObserver? observer))
        {
            return (session, null);
        }

        HolderView? view;
        try
        {
            view = await observer.LookAsync(session).WaitAsync(LookPatience, clock.Provider);
        }
        catch (Exception)
        {
            // Whatever it is: a client that cannot be asked says nothing against the books.
            return (session, null);
        }

        long booked = Math.Max(before, _ledger.HeldBytes(session) ?? long.MaxValue);
        return view is null || view.Epoch != _ledger.Epoch || view.HeldBytes <= booked
            ? (session, null)
            : (session, new Violation
            {
                Invariant = "I3",
                Budget = _key,
                Detail = $"the client of session {session} holds {view.HeldBytes} bytes, {booked} are booked for it",
            });
    }
}
