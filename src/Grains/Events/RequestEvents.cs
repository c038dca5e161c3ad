namespace Headroom.Grains.Events;

/// <summary>What is told of a request that has its answer.</summary>
internal static class RequestEvents
{
    public static HeadroomEvent Of(
        string host, string container, string subsystem, Urgency urgency, long bytes, Outcome outcome, Rung rung,
        string? detail) => new()
        {
            Type = outcome switch
            {
                Outcome.Granted => EventType.Granted,
                Outcome.Waiting => EventType.Waiting,
                Outcome.UrgencyNotAllowed or Outcome.QuotaExceeded => EventType.Denied,
                _ => EventType.Refused,
            },
            Host = host,
            Container = container,
            Subsystem = subsystem,
            Urgency = urgency,
            Bytes = bytes,
            Rung = rung,
            Detail = detail,
        };
}
