using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Headroom.Silo.Tests.Http;

/// <summary>A client of the stream of events.</summary>
internal sealed class EventStreamReader : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventStreamReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _items = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    public string? MediaType => _response.Content.Headers.ContentType!.MediaType;

    /// <summary>Opens a stream; events that happen after this has returned are in it.</summary>
    public static async Task<EventStreamReader> OpenAsync(
        HttpClient http, string query, long? after, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/events" + query, UriKind.Relative));
        if (after is { } number)
        {
            request.Headers.Add("Last-Event-ID", $"{number}");
        }

        HttpResponseMessage response =
            await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        return new EventStreamReader(response, await response.Content.ReadAsStreamAsync(cancellation));
    }

    /// <summary>The next event; its name and id must agree with its data.</summary>
    public async Task<JsonElement> NextAsync()
    {
        if (!await _items.MoveNextAsync().AsTask().WaitAsync(Limit))
        {
            throw new EndOfStreamException("The stream ended while an event was expected.");
        }

        SseItem<string> item = _items.Current;
        JsonElement data = JsonElement.Parse(item.Data);
        if (data.GetProperty("type").GetString() != item.EventType
            || $"{data.GetProperty("number").GetInt64()}" != item.EventId)
        {
            throw new InvalidDataException($"event {item.EventType} with id {item.EventId} has the data {item.Data}");
        }

        return data;
    }

    /// <summary>Whether the stream ends without another event.</summary>
    public async Task<bool> EndsAsync() => !await _items.MoveNextAsync().AsTask().WaitAsync(Limit);

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _response.Dispose();
    }
}
