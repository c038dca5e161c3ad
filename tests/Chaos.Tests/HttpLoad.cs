using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;

namespace Headroom.Chaos.Tests;

/// <summary>Clients of the HTTP API that acquire, renew, release and abandon at random.</summary>
internal sealed class HttpLoad(SiloProcess silo, string host, string[] containers, int seed)
{
    private readonly ConcurrentDictionary<HttpStatusCode, int> _answers = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private int _noAnswer;

    /// <summary>How often each status was answered.</summary>
    public IReadOnlyDictionary<HttpStatusCode, int> Answers => _answers;

    /// <summary>What the silo said where it answered 5xx.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>How often there was no answer, because the silo was down.</summary>
    public int NoAnswer => _noAnswer;

    public override string ToString() =>
        string.Join(", ", _answers.OrderBy(pair => pair.Key).Select(pair => $"{(int)pair.Key}: {pair.Value}"))
        + $", none: {_noAnswer}";

    /// <summary>Runs the clients, each with so many operations. What they still hold at the end they abandon.</summary>
    public Task RunAsync(int clients, int operations, CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(0, clients)
            .Select(client => Task.Run(() => RunClientAsync(client, operations, cancellationToken))));

    private async Task RunClientAsync(int client, int operations, CancellationToken cancellationToken)
    {
        var random = new Random(seed + client);
        var held = new List<string>();
        using var http = new HttpClient { BaseAddress = silo.Address };
        for (int operation = 0; operation < operations; operation++)
        {
            try
            {
                await StepAsync(http, random, held, $"{client}-{operation}", cancellationToken);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _noAnswer);
            }
        }
    }

    private async Task StepAsync(
        HttpClient http, Random random, List<string> held, string id, CancellationToken cancellationToken)
    {
        int what = held.Count == 0 ? 0 : random.Next(10);
        int at = held.Count == 0 ? 0 : random.Next(held.Count);
        switch (what)
        {
            case < 5:
                await AcquireAsync(http, random, held, id, cancellationToken);
                break;
            case < 7:
                await CountAsync(await http.PostAsync($"/v1/leases/{held[at]}/renew", null, cancellationToken));
                break;
            case < 9:
                await CountAsync(await http.DeleteAsync($"/v1/leases/{held[at]}", cancellationToken));
                held.RemoveAt(at);
                break;
            default:
                held.RemoveAt(at);
                break;
        }
    }

    private async Task AcquireAsync(
        HttpClient http, Random random, List<string> held, string id, CancellationToken cancellationToken)
    {
        string container = containers[random.Next(containers.Length)];
        var body = new
        {
            bytes = random.Next(1, 1 << 20),
            urgency = random.Next(4),
            requestId = id,
            waitSeconds = 0,
            ttlSeconds = random.Next(1, 4),
            reason = "load",
        };
        string path = $"/v1/hosts/{host}/containers/{container}/subsystems/http/leases";
        HttpResponseMessage response = await http.PostAsJsonAsync(path, body, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            JsonElement lease = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            held.Add(lease.GetProperty("leaseId").GetString()!);
        }

        await CountAsync(response);
    }

    private async Task CountAsync(HttpResponseMessage response)
    {
        using (response)
        {
            if ((int)response.StatusCode >= 500)
            {
                _faults.Enqueue(await response.Content.ReadAsStringAsync());
            }

            _answers.AddOrUpdate(response.StatusCode, 1, (_, before) => before + 1);
        }
    }
}
