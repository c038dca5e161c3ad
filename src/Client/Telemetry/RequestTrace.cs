using System.Diagnostics;

namespace Headroom;

/// <summary>What is told of one request that goes to the authority: its span, its duration, and how it ended.</summary>
internal readonly struct RequestTrace
{
    private readonly PendingRequest _request;
    private readonly ClientMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly long? _start;

    private RequestTrace(PendingRequest request, ClientMetrics metrics, HeadroomOptions options)
    {
        (_request, _metrics, _time) = (request, metrics, options.TimeProvider);
        request.Activity = Telemetry.Source.HasListeners() ? Start(request, options) : null;
        _start = metrics.MeasuresRequests ? _time.GetTimestamp() : null;
    }

    internal static RequestTrace Begin(PendingRequest request, ClientMetrics metrics, HeadroomOptions options) =>
        new(request, metrics, options);

    internal void Granted() => End(error: null);

    internal void Failed(Exception error)
    {
        _request.Activity?.SetStatus(ActivityStatusCode.Error, error.Message);
        End(Telemetry.TypeOf(error));
    }

    /// <summary>An answer granted nothing. Told ever more rarely, for the request may wait for hours.</summary>
    internal static void Tried(PendingRequest request, LeaseDecision decision)
    {
        if (request.Activity is not { IsAllDataRequested: true } activity || !int.IsPow2(Math.Max(1, request.Tries)))
        {
            return;
        }

        foreach ((Rung rung, long available) in decision.Rungs)
        {
            activity.AddEvent(new ActivityEvent(
                Telemetry.RungTried,
                tags: new ActivityTagsCollection
                {
                    { Telemetry.Rung, Telemetry.Text(rung) },
                    { Telemetry.RungAvailable, available },
                    { Telemetry.RequestTries, request.Tries },
                }));
        }
    }

    private static Activity? Start(PendingRequest request, HeadroomOptions options)
    {
        Activity? activity = Telemetry.Source.StartActivity($"acquire {request.Credit.Name}", ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag(Telemetry.Host, options.Host);
            activity.SetTag(Telemetry.Container, options.Container);
            activity.SetTag(Telemetry.Subsystem, request.Credit.Name);
            activity.SetTag(Telemetry.Urgency, Telemetry.Text(request.Urgency));
            activity.SetTag(Telemetry.RequestSize, request.Bytes);
            activity.SetTag(Telemetry.RequestReason, request.Reason.Length > 0 ? request.Reason : null);
        }

        return activity;
    }

    private void End(string? error)
    {
        if (_start is { } start)
        {
            _metrics.Requested(_request, _time.GetElapsedTime(start), error);
        }

        if (_request.Activity is not { } activity)
        {
            return;
        }

        activity.SetTag(Telemetry.RequestTries, _request.Tries);
        if (error is null)
        {
            activity.SetTag(Telemetry.Rung, Telemetry.Text(_request.GrantedBy));
        }
        else
        {
            activity.SetTag(Telemetry.ErrorType, error);
        }

        activity.Dispose();
    }
}
