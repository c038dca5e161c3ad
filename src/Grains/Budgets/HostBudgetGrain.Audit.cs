using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <content>Whether the host's books add up, and agree with those of its containers.</content>
internal sealed partial class HostBudgetGrain
{
    // How often two books are compared before a difference is believed: both move while they are read.
    private const int AuditTries = 3;

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

        foreach (string container in _joined.Order(StringComparer.Ordinal).ToArray())
        {
            violations.AddRange((await Container(container).AuditAsync(cancellationToken)).Violations);
            if (await DisagreementAsync(container, cancellationToken) is { } disagreement)
            {
                violations.Add(disagreement);
            }
        }

        return new AuditReport { Violations = [.. violations] };
    }

    // A container never believes to have more than its host has booked for it. Its own figure is taken between two of
    // the
    // host's; only what exceeds both, several times, is no movement but a fault.
    private async Task<Violation?> DisagreementAsync(string container, CancellationToken cancellationToken)
    {
        Violation? violation = null;
        for (int attempt = 0; attempt < AuditTries; attempt++)
        {
            long before = _ledger.Row(container)!.AllottedBytes;
            ContainerView view = await Container(container).GetAsync(cancellationToken);
            long booked = Math.Max(before, _ledger.Row(container)!.AllottedBytes);
            if (view.AllottedBytes <= booked || view.Epoch != _ledger.Row(container)!.Epoch)
            {
                return null;
            }

            violation = new Violation
            {
                Invariant = "I1",
                Budget = BudgetKey.Of(_host, container),
                Detail = $"the container believes to have {view.AllottedBytes} bytes, its host booked {booked}",
            };
        }

        return violation;
    }
}
