using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Headroom.Silo.Kubernetes.Pods;
using k8s;

namespace Headroom.Silo.Kubernetes.Api;

/// <summary>
/// The few calls of the API server that Headroom makes. The client library does addresses, credentials and TLS; the
/// answers are read here, because its own reading gives away neither the API server's wish when to be asked again nor
/// the line at which a watch was cut.
/// </summary>
/// <remarks>
/// Each method throws <see cref="ApiException"/> when the API server refuses or does not answer in time, and nothing
/// else but <see cref="OperationCanceledException"/> when the caller has cancelled.
/// </remarks>
internal sealed class ApiServer(KubernetesClientConfiguration configuration, TimeProvider time) : IDisposable
{
    private const string MergePatch = "application/merge-patch+json";
    private const string StrategicMergePatch = "application/strategic-merge-patch+json";
    private const int MessageMax = 512;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    // The API server ends a watch by itself after the time that was asked for; one that does not is not there.
    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(30);

    private readonly k8s.Kubernetes _client = new(configuration);

    /// <summary>Lists the pods of a node, from what the API server has in memory.</summary>
    public async Task<PodList> ListPodsAsync(string node, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Get, $"{PodsOf(node)}&resourceVersion=0", null, cancellationToken);
        return await GuardAsync(async limit =>
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(limit);
            using JsonDocument document = await JsonDocument.ParseAsync(body, default, limit);
            JsonElement root = document.RootElement;
            Pod?[] pods = root.TryGetProperty("items", out JsonElement items)
                && items.ValueKind == JsonValueKind.Array
                ? [.. items.EnumerateArray().Select(WatchLine.ReadPod)]
                : [];
            return new PodList(
                [.. pods.OfType<Pod>()],
                pods.Count(pod => pod is null),
                root.GetProperty("metadata").GetProperty("resourceVersion").GetString() ?? "");
        }, cancellationToken);
    }

    /// <summary>Watches the pods of a node. Ends without an exception when the API server ends it.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="resourceVersion">From where: of a list, or of the last line of the watch before.</param>
    /// <param name="life">How long it is to last.</param>
    /// <param name="opened">Called once the API server has taken it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<WatchLine> WatchPodsAsync(
        string node,
        string resourceVersion,
        TimeSpan life,
        Action opened,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string path = $"{PodsOf(node)}&watch=true&allowWatchBookmarks=true"
            + $"&timeoutSeconds={(int)Math.Max(1, life.TotalSeconds)}"
            + $"&resourceVersion={Uri.EscapeDataString(resourceVersion)}";
        using HttpResponseMessage response =
            await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        opened();
        using CancellationTokenSource limit = new(life + WatchGrace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        await using Stream body = await response.Content.ReadAsStreamAsync(either.Token);
        await using IAsyncEnumerator<string> lines =
            BoundedLines.ReadAsync(body, either.Token).GetAsyncEnumerator(either.Token);
        while (await NextAsync(lines, cancellationToken))
        {
            yield return WatchLine.Read(lines.Current);
        }
    }

    /// <summary>Reads a pod through its resize subresource: the right to read pods is not needed for it.</summary>
    public Task<Pod> GetResizeAsync(string podNamespace, string pod, CancellationToken cancellationToken) =>
        PodAsync(HttpMethod.Get, podNamespace, pod, "", null, cancellationToken);

    /// <summary>Changes what a pod's containers want.</summary>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="pod">Its name.</param>
    /// <param name="patch">A strategic merge patch.</param>
    /// <param name="cancellationToken">Ends the call; it may have taken effect.</param>
    /// <returns>The pod as it is wanted now.</returns>
    public Task<Pod> PatchResizeAsync(
        string podNamespace, string pod, string patch, CancellationToken cancellationToken) =>
        PodAsync(
            HttpMethod.Patch,
            podNamespace,
            pod,
            $"?fieldManager={LimitOwners.Manager}",
            Content(patch, StrategicMergePatch),
            cancellationToken);

    /// <summary>Writes an Event.</summary>
    public async Task CreateEventAsync(string podNamespace, string body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Post,
            EventsOf(podNamespace),
            Content(body, MediaTypeNames.Application.Json),
            cancellationToken);
    }

    /// <summary>Changes an Event.</summary>
    public async Task PatchEventAsync(
        string podNamespace, string name, string patch, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Patch,
            $"{EventsOf(podNamespace)}/{Uri.EscapeDataString(name)}",
            Content(patch, MergePatch),
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string PodsOf(string node) =>
        $"api/v1/pods?fieldSelector={Uri.EscapeDataString($"spec.nodeName={node}")}";

    private static string EventsOf(string podNamespace) =>
        $"apis/events.k8s.io/v1/namespaces/{Uri.EscapeDataString(podNamespace)}/events";

    private static StringContent Content(string body, string mediaType) =>
        new(body, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private async Task<Pod> PodAsync(
        HttpMethod method,
        string podNamespace,
        string pod,
        string query,
        HttpContent? content,
        CancellationToken cancellationToken)
    {
        string path =
            $"api/v1/namespaces/{Uri.EscapeDataString(podNamespace)}/pods/{Uri.EscapeDataString(pod)}/resize{query}";
        using HttpResponseMessage response =
            await SendAsync(method, path, content, cancellationToken);
        return await GuardAsync(async limit =>
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(limit);
            using JsonDocument document = await JsonDocument.ParseAsync(body, default, limit);
            return WatchLine.ReadPod(document.RootElement)
                ?? throw new ApiException("the API server answered with a pod that cannot be read");
        }, cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        CancellationToken cancellationToken) => GuardAsync(async limit =>
        {
            using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path))
            {
                Content = content,
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
            if (_client.Credentials is { } credentials)
            {
                await credentials.ProcessHttpRequestAsync(request, limit);
            }

            HttpResponseMessage response = await _client.HttpClient.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                string body = await response.Content.ReadAsStringAsync(limit);
                throw new ApiException(response.StatusCode, Message(body, response), RetryAfter(response));
            }
        }, cancellationToken);

    // Whatever goes wrong on the way is one thing to the caller: there was no answer.
    private async Task<T> GuardAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(AnswerTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiException($"no answer within {AnswerTime.TotalSeconds:0} s");
        }
        catch (Exception error) when (IsOfTheWay(error))
        {
            throw new ApiException(error.GetBaseException().Message, error);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<string> lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiException("a watch was silent past its end");
        }
        catch (Exception error) when (IsOfTheWay(error))
        {
            throw new ApiException($"a watch was cut: {error.GetBaseException().Message}", error);
        }
    }

    private static bool IsOfTheWay(Exception error) =>
        error is HttpRequestException or IOException or JsonException or KeyNotFoundException
            or InvalidOperationException or UnauthorizedAccessException or AggregateException;

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } wish ? null
        : wish.Delta is { } delta ? delta
        : wish.Date is { } date && date > time.GetUtcNow() ? date - time.GetUtcNow()
        : null;

    // The message of the Status that an API server answers with; a proxy on the way may answer with anything.
    private static string Message(string body, HttpResponseMessage response)
    {
        string? message = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            message = document.RootElement.TryGetProperty("message", out JsonElement words) ? words.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // No Status: its code says enough.
        }

        message ??= $"status {(int)response.StatusCode}";
        return message.Length > MessageMax ? message[..MessageMax] : message;
    }
}
