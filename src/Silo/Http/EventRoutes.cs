using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Headroom.Grains.Events;

namespace Headroom.Silo.Http;

/// <summary>What happens, as server-sent events.</summary>
internal static class EventRoutes
{
    // Shorter than the idle limits of common proxies, so that a quiet stream stays open.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", Stream)
            .WithTags("events")
            .WithSummary("Events from now on, or after Last-Event-ID; ?types=granted,refused and ?container=name choose.")
            .Produces<HeadroomEvent>(200, "text/event-stream").ProducesProblem(400);

    private static IResult Stream(
        HttpContext context, EventHub hub, IHostApplicationLifetime lifetime, TimeProvider time, string? types, string? container)
    {
        string? last = context.Request.Headers["Last-Event-ID"];
        long? after = null;
        if (!string.IsNullOrEmpty(last))
        {
            if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                return Problems.Field("Last-Event-ID", "must be the number of an event");
            }

            after = number;
        }

        if (container is not null && !ResourceName.IsValid(container))
        {
            return Problems.Field("container", ResourceName.Rule);
        }

        HashSet<string>? wanted = string.IsNullOrEmpty(types) ? null : [.. types.Split(','), EventTypes.Dropped];
        bool IsWanted(HeadroomEvent happened) =>
            (wanted is null || wanted.Contains(happened.Type))
            && (container is null || happened.Container is null || happened.Container == container);
        var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(ends);
        return TypedResults.ServerSentEvents(Items(hub.ReadAsync(after, ends.Token), IsWanted, time, ends.Token));
    }

    // Ends quietly when the reader goes or the silo stops; says something now and then so that the connection is seen alive.
    private static async IAsyncEnumerable<SseItem<HeadroomEvent?>> Items(
        IAsyncEnumerable<HeadroomEvent> events,
        Func<HeadroomEvent, bool> isWanted,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The first item opens the stream at once, so that a reader knows that it is connected.
        yield return new SseItem<HeadroomEvent?>(null, "heartbeat");
        await using IAsyncEnumerator<HeadroomEvent> reader = events.GetAsyncEnumerator(cancellationToken);
        Task<bool> next = MoveAsync(reader);
        while (true)
        {
            Task first = await Task.WhenAny(next, Task.Delay(Heartbeat, time, cancellationToken));
            if (first != next && !cancellationToken.IsCancellationRequested)
            {
                yield return new SseItem<HeadroomEvent?>(null, "heartbeat");
                continue;
            }

            if (!await next)
            {
                yield break;
            }

            HeadroomEvent happened = reader.Current;
            next = MoveAsync(reader);
            if (isWanted(happened))
            {
                yield return new SseItem<HeadroomEvent?>(happened, happened.Type)
                {
                    EventId = happened.Number.ToString(CultureInfo.InvariantCulture),
                };
            }
        }
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<HeadroomEvent> reader)
    {
        try
        {
            return await reader.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
