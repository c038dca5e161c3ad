using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Headroom;

/// <summary>
/// The instruments of one budget. What leasing from credit changes is read when somebody collects, from what the
/// session counts anyway; only what goes to the authority is recorded as it happens.
/// </summary>
internal sealed class ClientMetrics : IDisposable
{
    // From a grain call on one machine to a must-succeed request that waits for a minute.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly Meter _meter;
    private readonly bool _owned;
    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _exchanges;
    private readonly Histogram<double> _reclaims;
    private readonly Counter<long> _asked;
    private readonly Counter<long> _given;

    /// <summary>Makes the instruments.</summary>
    /// <param name="options">Which budget it is.</param>
    /// <param name="factory">Whose meter it is; null for one of its own.</param>
    internal ClientMetrics(HeadroomOptions options, IMeterFactory? factory)
    {
        _owned = factory is null;
        _meter = Telemetry.MeterOf(options, factory);
        _requests = Duration("headroom.client.request.duration", "Requests for a lease that went to the authority.");
        _exchanges = Duration("headroom.client.exchange.duration", "Calls that keep the session and trade credit.");
        _reclaims = Duration("headroom.client.reclaim.duration", "Calls of handlers that give memory back.");
        _asked = _meter.CreateCounter<long>("headroom.client.reclaim.asked", "By", "Bytes of leases asked back.");
        _given = _meter.CreateCounter<long>(
            "headroom.client.reclaim.given", "By", "Bytes that came back while handlers ran.");
    }

    internal bool MeasuresRequests => _requests.Enabled;

    /// <summary>Adds what is read from the session and its subsystems. Called once.</summary>
    /// <param name="picture">The session as it stands.</param>
    /// <param name="estimates">Each subsystem's name and how good its estimates were.</param>
    /// <param name="loans">Loans that are kept now, and those that were lost so far.</param>
    internal void Observe(
        Func<SessionPicture> picture,
        Func<IEnumerable<(string Subsystem, EstimateTally Tally)>> estimates,
        Func<(long Kept, long Lost)> loans)
    {
        UpDown("headroom.client.lease.usage", "By", "Bytes in leases.", () => Leased(picture()));
        UpDown("headroom.client.lease.lost", "By", "Bytes in leases that the authority does not stand behind.", () =>
            picture().Subsystems.Select(part => Of(part.LostBytes, part.Name)));
        UpDown("headroom.client.credit.usage", "By", "Bytes drawn and not leased.", () => Credit(picture()));
        UpDown("headroom.client.reclaim.pending", "By", "Bytes of leases that are asked back and still held.", () =>
            picture().Subsystems.Select(part => Of(part.AskedBackBytes, part.Name)));
        UpDown("headroom.client.session.active", "{session}", "1 while a session is open.", () =>
            [new Measurement<long>(picture().Open ? 1 : 0)]);
        UpDown("headroom.client.loan.count", "{loan}", "Loans of other hosts' memory.", () =>
            [new Measurement<long>(loans().Kept)]);
        Count("headroom.client.leases", "{lease}", "Leases made, from credit and otherwise.", () =>
            [new Measurement<long>(picture().Leases)]);
        Count("headroom.client.credit.misses", "{request}", "Times that credit did not suffice.", () =>
            Misses(picture()));
        Count("headroom.client.session.lapses", "{lapse}", "Sessions that could not be renewed in time.", () =>
            [new Measurement<long>(picture().Lapses)]);
        Count("headroom.client.loan.losses", "{loan}", "Loans that were lost.", () =>
            [new Measurement<long>(loans().Lost)]);
        Count("headroom.client.estimate.leased", "By", "Bytes that estimates asked for.", () =>
            estimates().Select(row => Of(row.Tally.LeasedBytes, row.Subsystem)));
        Count("headroom.client.estimate.needed", "By", "Bytes that were needed instead.", () =>
            estimates().Select(row => Of(row.Tally.NeededBytes, row.Subsystem)));
        Count("headroom.client.estimate.overruns", "{lease}", "Leases that needed more than was estimated.", () =>
            estimates().Select(row => Of(row.Tally.Outgrown, row.Subsystem)));
    }

    /// <summary>A request is over.</summary>
    /// <param name="request">The request.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="error">Why there is no lease; null when there is one.</param>
    internal void Requested(PendingRequest request, TimeSpan took, string? error)
    {
        var tags = new TagList
        {
            { Telemetry.Subsystem, request.Credit.Name },
            { Telemetry.Urgency, Telemetry.Text(request.Urgency) },
            error is null
                ? Telemetry.Tag(Telemetry.Rung, Telemetry.Text(request.GrantedBy))
                : Telemetry.Tag(Telemetry.ErrorType, error),
        };
        _requests.Record(took.TotalSeconds, tags);
    }

    /// <summary>An exchange, an opening or a closing was answered or not.</summary>
    internal void Exchanged(string kind, TimeSpan took, string? error)
    {
        var tags = new TagList { { Telemetry.ExchangeKind, kind } };
        if (error is not null)
        {
            tags.Add(Telemetry.ErrorType, error);
        }

        _exchanges.Record(took.TotalSeconds, tags);
    }

    /// <summary>Memory is asked back that was not asked for before.</summary>
    internal void Asked(string subsystem, long bytes) =>
        _asked.Add(bytes, Telemetry.Tag(Telemetry.Subsystem, subsystem));

    /// <summary>A handler has returned.</summary>
    internal void Reclaimed(string subsystem, long givenBytes, TimeSpan took, string? error)
    {
        _given.Add(givenBytes, Telemetry.Tag(Telemetry.Subsystem, subsystem));
        var tags = new TagList { { Telemetry.Subsystem, subsystem } };
        if (error is not null)
        {
            tags.Add(Telemetry.ErrorType, error);
        }

        _reclaims.Record(took.TotalSeconds, tags);
    }

    public void Dispose()
    {
        // A factory's meters end with the factory.
        if (_owned)
        {
            _meter.Dispose();
        }
    }

    private static IEnumerable<Measurement<long>> Leased(SessionPicture picture) =>
        picture.Subsystems.SelectMany(part => ByLevel(part.Name, part.LeasedBytes));

    private static IEnumerable<Measurement<long>> Misses(SessionPicture picture) =>
        picture.Subsystems.SelectMany(part => ByLevel(part.Name, part.Misses));

    private static IEnumerable<Measurement<long>> Credit(SessionPicture picture)
    {
        foreach (SubsystemPicture part in picture.Subsystems)
        {
            KeyValuePair<string, object?> subsystem = Telemetry.Tag(Telemetry.Subsystem, part.Name);
            yield return new Measurement<long>(
                part.CreditBytes, subsystem, Telemetry.Tag(Telemetry.CreditKind, "spare"));
            yield return new Measurement<long>(
                part.EmergencyBytes, subsystem, Telemetry.Tag(Telemetry.CreditKind, "emergency"));
        }
    }

    private static IEnumerable<Measurement<long>> ByLevel(string subsystem, ByUrgency amounts)
    {
        for (int level = 0; level < ByUrgency.Levels; level++)
        {
            yield return new Measurement<long>(
                amounts[level],
                Telemetry.Tag(Telemetry.Subsystem, subsystem),
                Telemetry.Tag(Telemetry.Urgency, Telemetry.Text((Urgency)level)));
        }
    }

    private static Measurement<long> Of(long value, string subsystem) =>
        new(value, Telemetry.Tag(Telemetry.Subsystem, subsystem));

    private Histogram<double> Duration(string name, string description) =>
        _meter.CreateHistogram(name, "s", description, tags: null, Durations);

    private void UpDown(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableUpDownCounter(name, read, unit, description);

    private void Count(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableCounter(name, read, unit, description);
}
