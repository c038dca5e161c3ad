using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <content>Whether the host's books add up, and agree with those of its containers.</content>
internal sealed partial class HostBudgetGrain
{
    // How often two books are compared before a difference is believed: both move while they are read.
    private const int AuditTries = 5;

    // Enough at once to hide the way there.
    private const int ContainersAtOnce = 32;

    /// <inheritdoc/>
    public async ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken)
    {
        var violations = new List<Violation>(
            _ledger.Audit()
                .Select(found => new Violation { Invariant = found.Invariant, Budget = _host, Detail = found.Detail }));
        if (_unconfirmed is { } why && AuthorityLeft() == TimeSpan.Zero)
        {
            violations.Add(new Violation
            {
                Invariant = "unconfirmed",
                Budget = _host,
                Detail = "the stored record could not be read, so nothing new is granted: "
                    + why.GetBaseException().Message,
            });
        }

        foreach (string[] containers in _joined.Order(StringComparer.Ordinal).Chunk(ContainersAtOnce))
        {
            foreach (Violation[] found in await Task.WhenAll(
                containers.Select(container => AuditAsync(container, cancellationToken))))
            {
                violations.AddRange(found);
            }
        }

        return new AuditReport { Violations = [.. violations] };
    }

    private async Task<Violation[]> AuditAsync(string container, CancellationToken cancellationToken)
    {
        AuditReport own = await Container(container).AuditAsync(cancellationToken);
        return await DisagreementAsync(container, cancellationToken) is { } disagreement
            ? [.. own.Violations, disagreement]
            : own.Violations;
    }

    // A consistent cut of two books: the container's figures, between two readings of the host's row that are alike,
    // at the order that the row has. Where a budget is too busy for that, only what exceeds both readings, each time,
    // is no movement but a fault.
    private async Task<Violation?> DisagreementAsync(string container, CancellationToken cancellationToken)
    {
        Violation? violation = null;
        for (int attempt = 0; attempt < AuditTries; attempt++)
        {
            ContainerRow? before = _ledger.Row(container);
            ContainerView view = await Container(container).GetAsync(cancellationToken);
            if (before is null || _ledger.Row(container) is not { } after || view.Epoch != after.Epoch)
            {
                // It was replaced or forgotten meanwhile, and is fenced: what it believes is nobody's any more.
                return null;
            }

            bool exact = view.Order == after.Order && before.Order == after.Order
                && before.AllottedBytes == after.AllottedBytes && before.OverdraftBytes == after.OverdraftBytes;
            violation = Compare(container, view, before, after);
            if (violation is null || exact)
            {
                return violation;
            }
        }

        return violation;
    }

    private Violation? Compare(string container, ContainerView view, ContainerRow before, ContainerRow after)
    {
        long allotted = Math.Max(before.AllottedBytes, after.AllottedBytes);
        long overdraft = Math.Max(before.OverdraftBytes, after.OverdraftBytes);
        string? detail =
            view.Order > after.Order
                ? $"the container acts on order {view.Order}, its host has given {after.Order}"
            : view.AllottedBytes > allotted
                ? $"the container believes to have {view.AllottedBytes} bytes, its host booked {allotted}"
            : view.OverdraftBytes > overdraft
                ? $"the container believes to have {view.OverdraftBytes} bytes overdrawn, its host booked {overdraft}"
            : view.CommittedBytes > allotted + overdraft
                ? $"{view.CommittedBytes} bytes are committed, the host booked {allotted} and {overdraft} overdrawn"
            : null;
        return detail is null
            ? null
            : new Violation { Invariant = "I1", Budget = BudgetKey.Of(_host, container), Detail = detail };
    }
}
