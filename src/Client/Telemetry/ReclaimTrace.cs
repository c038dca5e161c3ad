using System.Diagnostics;

namespace Headroom;

/// <summary>The span of one handler that is asked to give memory back.</summary>
internal readonly struct ReclaimTrace
{
    private readonly Activity? _activity;

    private ReclaimTrace(Activity? activity) => _activity = activity;

    internal static ReclaimTrace Begin(ReclaimRequest request)
    {
        Activity? activity = Telemetry.Source.StartActivity($"reclaim {request.Subsystem}");
        activity?.SetTag(Telemetry.Subsystem, request.Subsystem);
        activity?.SetTag(Telemetry.ReclaimBelow, Telemetry.Text(request.Below));
        activity?.SetTag(Telemetry.ReclaimAsked, request.Bytes);
        return new ReclaimTrace(activity);
    }

    internal void End(long givenBytes, string? error)
    {
        if (_activity is not { } activity)
        {
            return;
        }

        activity.SetTag(Telemetry.ReclaimGiven, givenBytes);
        if (error is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            activity.SetTag(Telemetry.ErrorType, error);
        }

        activity.Dispose();
    }
}
