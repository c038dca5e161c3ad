using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Headroom.Grains.Events;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Events;

/// <summary>A stream of server-sent events, until the client goes or the server stops.</summary>
internal sealed class EventStreamResult(EventReader reader, EventFilter filter, EventStreams streams) : IResult
{
    /// <summary>The media type of the stream.</summary>
    public const string MediaType = "text/event-stream";

    // Enough to keep up with a burst, few enough to reach the client while it lasts.
    private const int BatchSize = 64;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!streams.TryEnter())
        {
            await ProblemResult.Unavailable($"{EventStreams.MaxOpen} streams are open already")
                .ExecuteAsync(httpContext);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, streams.Stopping);
        try
        {
            HttpResponse response = httpContext.Response;
            response.ContentType = MediaType;
            response.Headers.CacheControl = "no-store";

            // nginx, and the ingress of many clusters, would hold the stream back until it ends.
            response.Headers["X-Accel-Buffering"] = "no";
            await RunAsync(response.BodyWriter, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client went, or the server stops: either is how a stream ends.
        }
        finally
        {
            streams.Leave();
        }
    }

    private async Task RunAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        var batch = new HeadroomEvent[BatchSize];
        await CommentAsync(writer, cancellationToken);
        while (true)
        {
            int count = reader.Take(batch);
            if (count == 0)
            {
                if (!await reader.WaitAsync(EventStreams.Heartbeat, streams.Time, cancellationToken))
                {
                    await CommentAsync(writer, cancellationToken);
                }

                continue;
            }

            foreach (HeadroomEvent happened in batch.AsSpan(0, count))
            {
                if (filter.Wants(happened))
                {
                    Write(writer, happened);
                }
            }

            await writer.FlushAsync(cancellationToken);
        }
    }

    private static async Task CommentAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        writer.Write(":\n\n"u8);
        await writer.FlushAsync(cancellationToken);
    }

    private static void Write(PipeWriter writer, in HeadroomEvent happened)
    {
        string type = EventFilter.Name(happened.Type);
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"id: {happened.Number}\nevent: {type}\ndata: "), writer);
        using (var json = new Utf8JsonWriter(writer))
        {
            JsonSerializer.Serialize(json, Resource(happened, type), ShapesJson.Wire.EventResource);
        }

        writer.Write("\n\n"u8);
    }

    private static EventResource Resource(in HeadroomEvent happened, string type) => new()
    {
        Number = happened.Number,
        Time = happened.Time,
        Type = type,
        Host = happened.Host,
        Container = happened.Container,
        Subsystem = happened.Subsystem,
        Urgency = happened.Urgency?.ToString(),
        Bytes = happened.Bytes,
        Rung = happened.Rung == Rung.None ? null : Words.Rung((byte)happened.Rung),
        Detail = happened.Detail,
    };
}
