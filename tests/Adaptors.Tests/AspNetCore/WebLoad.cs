using System.Collections.Concurrent;
using System.Net;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>
/// Many clients of a server at once, each with connections of its own; counts what they are answered.
/// </summary>
internal sealed class WebLoad(WebServer server, int seed)
{
    private readonly ConcurrentDictionary<(string Path, HttpStatusCode Status), int> _answers = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private int _aborted;

    /// <summary>Answers that are none of 200 and 503 with <c>Retry-After</c>.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>How often a client went away.</summary>
    public int Aborted => _aborted;

    /// <summary>How often a path, without its query, was answered with a status.</summary>
    public int Count(string path, HttpStatusCode status) => _answers.GetValueOrDefault((path, status));

    /// <summary>How often any path was answered with a status.</summary>
    public int Count(HttpStatusCode status) =>
        _answers.Where(answer => answer.Key.Status == status).Sum(answer => answer.Value);

    /// <summary>Runs clients until each has sent so many requests, or it is enough.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="requests">Requests of each.</param>
    /// <param name="next">The next request of a client, and after how many milliseconds it goes away; null for never.
    /// </param>
    /// <param name="enough">Ends it earlier.</param>
    public Task RunAsync(
        int clients,
        int requests,
        Func<Random, (string Path, int? AbortAfter)> next,
        CancellationToken enough) => Task.WhenAll(
            Enumerable.Range(0, clients).Select(client => Task.Run(
                async () =>
                {
                    var random = new Random(seed + client);
                    using HttpClient http = server.Connect();
                    for (int request = 0; request < requests && !enough.IsCancellationRequested; request++)
                    {
                        await SendAsync(http, next(random));
                    }
                },
                CancellationToken.None)));

    public override string ToString() => string.Join(
        ", ",
        _answers.OrderBy(answer => answer.Key.Path).ThenBy(answer => answer.Key.Status)
            .Select(answer => $"{answer.Key.Path} {(int)answer.Key.Status}: {answer.Value}")
            .Append($"aborted: {_aborted}"));

    private async Task SendAsync(HttpClient http, (string Path, int? AbortAfter) request)
    {
        using var abort = new CancellationTokenSource();
        if (request.AbortAfter is { } milliseconds)
        {
            abort.CancelAfter(milliseconds);
        }

        try
        {
            using HttpResponseMessage answer = await http.GetAsync(request.Path, abort.Token);
            await CountAsync(request.Path, answer);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            Interlocked.Increment(ref _aborted);
        }
    }

    private async Task CountAsync(string path, HttpResponseMessage answer)
    {
        _answers.AddOrUpdate((path.Split('?')[0], answer.StatusCode), 1, (_, before) => before + 1);
        bool toBeExpected = answer.StatusCode == HttpStatusCode.OK
            || (answer.StatusCode == HttpStatusCode.ServiceUnavailable
                && answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        if (!toBeExpected)
        {
            _faults.Enqueue($"{path}: {answer}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
