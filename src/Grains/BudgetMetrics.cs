using System.Diagnostics;
using System.Diagnostics.Metrics;
using Headroom.Contracts;

namespace Headroom.Grains;

/// <summary>The instruments of the budgets; meter <c>Headroom</c>. Tags have few values: never a lease, never a request.</summary>
internal sealed class BudgetMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _bytes;

    public BudgetMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(GrainsRegistration.MeterName);
        _requests = meter.CreateCounter<long>("headroom.requests", "{request}", "Requests for leases that were answered.");
        _bytes = meter.CreateCounter<long>("headroom.granted", "By", "Bytes granted as leases one by one.");
    }

    public void Requested(string host, Urgency urgency, LeaseAnswer answer)
    {
        var tags = new TagList
        {
            { "host", host },
            { "urgency", urgency.ToString() },
            { "outcome", ((Outcome)answer.Outcome).ToString() },
            { "rung", ((Rung)answer.Rung).ToString() },
        };
        _requests.Add(1, tags);
        if (answer.Outcome == (byte)Outcome.Granted)
        {
            _bytes.Add(answer.Bytes, tags);
        }
    }
}
