using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headroom.Support.Kubernetes;

/// <summary>
/// As much of a Kubernetes API server as Headroom uses, on a free port of the loopback: pods to list and to watch,
/// Events, and resizes with a kubelet behind them. It can be made to misbehave in each way that a real one was seen to.
/// </summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentQueue<FakeCall> _calls = new();
    private readonly ConcurrentDictionary<string, JsonObject> _events = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<FakeCallKind, int> _numbers = new();
    private readonly FakePods _pods = new();
    private readonly FakeResizes _resizes;
    private readonly WebApplication _app;

    private FakeApiServer()
    {
        _resizes = new FakeResizes(_pods, Node, _stopped.Token);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>The node's kubelet.</summary>
    public FakeNode Node { get; } = new();

    /// <summary>Answers in place of the right ones; null for none.</summary>
    public Func<FakeCall, FakeFault?>? Faults { get; set; }

    /// <summary>Whether a watch that is too old is refused by a status; else by a line of the watch.</summary>
    public bool RefusesOldWatches { get; set; } = true;

    /// <summary>Bytes that a watch writes at a time; null for whole lines.</summary>
    public int? WritesOf { get; set; }

    /// <summary>The calls that came in.</summary>
    public IReadOnlyList<FakeCall> Calls => [.. _calls];

    /// <summary>The Events that were written, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Events => _events;

    /// <summary>Watches under way.</summary>
    public int Watching => _pods.Watching;

    /// <summary>Starts one.</summary>
    public static async Task<FakeApiServer> StartAsync()
    {
        var server = new FakeApiServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>How many calls of a kind came in.</summary>
    public int Count(FakeCallKind kind) => _calls.Count(call => call.Kind == kind);

    /// <summary>Makes a pod, or replaces one.</summary>
    public void Put(FakePod pod) => _pods.Put(pod.ToJson());

    /// <summary>Changes a pod's JSON.</summary>
    public void Change(string podNamespace, string name, Action<JsonObject> change) =>
        _pods.Change(podNamespace, name, change);

    /// <summary>Removes a pod.</summary>
    public void Remove(string podNamespace, string name) => _pods.Remove(podNamespace, name);

    /// <summary>A pod as it stands; null when there is none.</summary>
    public JsonObject? Find(string podNamespace, string name) => _pods.Find(podNamespace, name);

    /// <summary>Breaks the connections of all watches.</summary>
    public void BreakWatches() => _pods.Each(watch => watch.Break());

    /// <summary>Ends all watches as they end when their time is over.</summary>
    public void EndWatches() => _pods.Each(watch => watch.End());

    /// <summary>Says half of a line to all watches, and breaks their connections.</summary>
    public void BreakWatchesInTheMiddle() => _pods.Each(watch => watch.BreakInTheMiddle(
        watch.Last.Line ?? "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{}}}"));

    /// <summary>Says what is no JSON to all watches.</summary>
    public void SendGarbage() => _pods.Each(watch => watch.Garbage());

    /// <summary>Tells all watches how far they have come.</summary>
    public void SendBookmarks() => _pods.Each(watch => watch.Bookmark(_pods.Version));

    /// <summary>Forgets what happened up to now, and tells the watches under way that they are too old.</summary>
    public void Expire()
    {
        _pods.Compact();
        _pods.Each(watch => watch.Fail(FakeStatus.Expired(_pods.Version)));
    }

    /// <summary>Tells the last changes once more, the newest first.</summary>
    public void RepeatChanges(int count) => _pods.Repeat(count);

    /// <summary>The kubelet looks again at resizes that it could not do.</summary>
    public void RetryResizes() => _resizes.Retry();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _pods.Each(watch => watch.Break());
        await _app.DisposeAsync();
        _stopped.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        using var reader = new StreamReader(context.Request.Body);
        FakeCallKind kind = Kind(context.Request, parts);
        string? bearer = context.Request.Headers.Authorization.FirstOrDefault();
        var call = new FakeCall(
            kind,
            _numbers.AddOrUpdate(kind, 0, (_, last) => last + 1),
            path + context.Request.QueryString,
            await reader.ReadToEndAsync(context.RequestAborted),
            bearer?.StartsWith("Bearer ", StringComparison.Ordinal) == true ? bearer["Bearer ".Length..] : null,
            Stopwatch.GetTimestamp());
        _calls.Enqueue(call);
        try
        {
            if (Faults?.Invoke(call) is { } fault)
            {
                await FailAsync(context, fault);
                return;
            }

            await AnswerAsync(context, call, parts);
        }
        catch (FakeStatus status)
        {
            await WriteAsync(context, status.Code, status.Body);
        }
    }

    private async Task AnswerAsync(HttpContext context, FakeCall call, string[] parts)
    {
        switch (call.Kind)
        {
            case FakeCallKind.List:
                await WriteAsync(context, 200, new JsonObject
                {
                    ["kind"] = "PodList",
                    ["apiVersion"] = "v1",
                    ["metadata"] = new JsonObject { ["resourceVersion"] = $"{_pods.Version}" },
                    ["items"] = new JsonArray([.. _pods.All(NodeOf(context.Request))]),
                }.ToJsonString());
                break;
            case FakeCallKind.Watch:
                await WatchAsync(context);
                break;
            case FakeCallKind.GetResize:
                JsonObject found = _pods.Find(parts[3], parts[5]) ?? throw FakeStatus.NotFound($"pods \"{parts[5]}\"");
                await WriteAsync(context, 200, found.ToJsonString());
                break;
            case FakeCallKind.PatchResize:
                JsonObject after = _resizes.Patch(
                    parts[3],
                    parts[5],
                    (JsonObject)JsonNode.Parse(call.Body)!,
                    context.Request.Query["fieldManager"]);
                await WriteAsync(context, 200, after.ToJsonString());
                break;
            case FakeCallKind.CreateEvent:
                var made = (JsonObject)JsonNode.Parse(call.Body)!;
                string name = (string)made["metadata"]!["name"]!;
                if (!_events.TryAdd(name, made))
                {
                    throw new FakeStatus(409, "AlreadyExists", $"events \"{name}\" already exists");
                }

                await WriteAsync(context, 201, call.Body);
                break;
            case FakeCallKind.PatchEvent:
                JsonObject known = _events.GetValueOrDefault(parts[6]) ?? throw FakeStatus.NotFound("events");
                known["series"] = JsonNode.Parse(call.Body)!["series"]!.DeepClone();
                await WriteAsync(context, 200, known.ToJsonString());
                break;
            default:
                throw FakeStatus.NotFound("the page");
        }
    }

    private static FakeCallKind Kind(HttpRequest request, string[] parts) => (request.Method, parts) switch
    {
        ("GET", ["api", "v1", "pods"]) =>
            request.Query["watch"] == "true" ? FakeCallKind.Watch : FakeCallKind.List,
        ("GET", ["api", "v1", "namespaces", _, "pods", _, "resize"]) => FakeCallKind.GetResize,
        ("PATCH", ["api", "v1", "namespaces", _, "pods", _, "resize"]) => FakeCallKind.PatchResize,
        ("POST", ["apis", "events.k8s.io", "v1", "namespaces", _, "events"]) => FakeCallKind.CreateEvent,
        ("PATCH", ["apis", "events.k8s.io", "v1", "namespaces", _, "events", _]) => FakeCallKind.PatchEvent,
        _ => FakeCallKind.Other,
    };

    private static string? NodeOf(HttpRequest request) =>
        request.Query["fieldSelector"].ToString() is { Length: > 0 } selector
            ? selector["spec.nodeName=".Length..]
            : null;

    private async Task WatchAsync(HttpContext context)
    {
        long since = long.Parse(context.Request.Query["resourceVersion"].ToString(), CultureInfo.InvariantCulture);
        string? node = NodeOf(context.Request);
        FakeWatch watch;
        try
        {
            watch = _pods.Watch(since, node);
        }
        catch (FakeStatus old) when (!RefusesOldWatches)
        {
            watch = _pods.Watch(_pods.Version, node);
            watch.Fail(old);
        }

        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        try
        {
            await foreach (FakeWatchStep step in watch.Steps.ReadAllAsync(context.RequestAborted))
            {
                await SayAsync(context, step.Text ?? "");
                if (step.Breaks)
                {
                    context.Abort();
                }

                if (step.Breaks || step.Ends)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher has gone.
        }
        finally
        {
            _pods.Leave(watch);
        }
    }

    private async Task SayAsync(HttpContext context, string text)
    {
        foreach (char[] part in text.Chunk(WritesOf ?? Math.Max(1, text.Length)))
        {
            await context.Response.WriteAsync(new string(part), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task FailAsync(HttpContext context, FakeFault fault)
    {
        await Task.Delay(fault.Delay, context.RequestAborted);
        if (fault.Status == 0)
        {
            context.Abort();
            return;
        }

        if (fault.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await WriteAsync(
            context,
            fault.Status,
            fault.Message is { } message ? new FakeStatus(fault.Status, "Failed", message).Body : "<html>no</html>");
    }

    private static async Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
