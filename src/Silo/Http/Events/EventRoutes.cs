using System.Globalization;
using Headroom.Grains.Events;
using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Events;

/// <summary>The route of events.</summary>
internal static class EventRoutes
{
    /// <summary>The header by which a client says where it left off.</summary>
    public const string LastEventId = "Last-Event-ID";

    /// <summary>Maps the stream.</summary>
    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", GetEvents)
            .WithName("getEvents").WithTags("events").WithSummary("Follows what happens, as server-sent events.")
            .WithDescription(
                "A stream that ends when the server stops. Each event has its type as name, its number as id, and its "
                + "JSON as data; comments in between show that the connection lives. With the header Last-Event-ID it "
                + "begins after that event. An event \"dropped\" says that some before the next one are missing.")
            .Produces<EventResource>(StatusCodes.Status200OK, EventStreamResult.MediaType)
            .Fails(400);

    private static IResult GetEvents(HttpRequest request, EventHub hub, EventStreams streams)
    {
        var errors = new InputErrors();
        EventFilter filter = EventFilter.Read(request.Query, errors);
        long? after = null;
        if (request.Headers.TryGetValue(LastEventId, out var last))
        {
            if (long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                after = number;
            }
            else
            {
                errors.Add(LastEventId, $"must be the id of an event: an integer from 0 to {long.MaxValue}");
            }
        }

        return errors.First is null
            ? new EventStreamResult(hub.Read(after), filter, streams)
            : ProblemResult.Bad(errors);
    }
}
