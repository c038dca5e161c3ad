using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Headroom.LoadClient;

/// <summary>
/// Sessions that take more than there is, while the silo of their host takes memory away on purpose. What is expected
/// is that the audit finds all well, during the work and after it, and that no must-succeed is refused.
/// </summary>
internal sealed class Scenario(Uri api, int seconds, int sessions, long pressureBytes) : IDisposable
{
    // Several of these at once are more than a small container has.
    private const int MaxBytes = 2 << 20;
    private const int PressureSeconds = 5;

    // A cluster that was installed a moment ago may have to fetch its images first.
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(5);

    // A budget that is busy, or whose silo was just replaced, is not always seen at the first look.
    private static readonly TimeSpan AuditLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new() { BaseAddress = api, Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<string> _faults = [];
    private int _pressures;

    /// <summary>Runs it, prints what came of it, and says how to end: 0 when all was well, else 1.</summary>
    public async Task<int> RunAsync(int seed)
    {
        if (await UntilNothingAsync(ReadyLimit, WhyNotReadyAsync) is { } reason)
        {
            Console.WriteLine($"FAULT {api} is not ready: {reason}");
            return 1;
        }

        ChaosSession[] all =
        [
            .. Enumerable.Range(0, sessions).Select(session => new ChaosSession(
                new HeadroomOptions { MaxIdleCreditBytes = 1 << 20 }, seed + session, pause: true, MaxBytes)),
        ];
        using var stop = new CancellationTokenSource();
        Task work = Task.WhenAll(all.Select(session => Task.Run(() => session.RunAsync(stop.Token))));
        await Task.WhenAll(all.Select(session => session.Ready));
        Console.WriteLine("working");
        await PressAsync(new HeadroomOptions().Host);
        await stop.CancelAsync();
        await work;
        await AuditAsync("after the end");
        _faults.AddRange(all.SelectMany(session => session.Faults));
        if (_pressures == 0)
        {
            _faults.Add("no memory was taken on purpose: it was not what it was meant to be");
        }

        foreach (string fault in _faults)
        {
            Console.WriteLine($"FAULT {fault}");
        }

        Tally tally = all.Select(session => session.Tally).Aggregate(new Tally(), Tally.Add);
        Console.WriteLine($"done {tally} pressures={_pressures} faults={_faults.Count}");
        return _faults.Count == 0 ? 0 : 1;
    }

    public void Dispose() => _http.Dispose();

    private async Task PressAsync(string host)
    {
        var elapsed = Stopwatch.StartNew();
        while (elapsed.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            var ask = new { host, bytes = pressureBytes, seconds = PressureSeconds };
            try
            {
                // Refused where another one of these has taken it already: then there is pressure, too.
                using HttpResponseMessage answer = await _http.PostAsJsonAsync("v1/chaos/pressure", ask);
                _pressures += answer.IsSuccessStatusCode ? 1 : 0;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Console.WriteLine($"no pressure: {e.Message}");
            }

            await Task.Delay(TimeSpan.FromSeconds(PressureSeconds) / 2);
            await AuditAsync("during the work");
        }
    }

    private async Task AuditAsync(string when)
    {
        if (await UntilNothingAsync(AuditLimit, WhyNotSoundAsync) is { } violations)
        {
            _faults.Add($"{when} the audit says {violations}");
        }
    }

    // Asks until there is nothing to say against it; what there was at the end of that time.
    private static async Task<string?> UntilNothingAsync(TimeSpan limit, Func<Task<string?>> ask)
    {
        var elapsed = Stopwatch.StartNew();
        while (true)
        {
            string? reason;
            try
            {
                reason = await ask();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
            {
                reason = e.Message;
            }

            if (reason is null || elapsed.Elapsed > limit)
            {
                return reason;
            }

            await Task.Delay(Poll);
        }
    }

    private async Task<string?> WhyNotReadyAsync()
    {
        using HttpResponseMessage answer = await _http.GetAsync("healthz/ready");
        return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync();
    }

    private async Task<string?> WhyNotSoundAsync()
    {
        JsonElement audit = await _http.GetFromJsonAsync<JsonElement>("v1/audit");
        return audit.GetProperty("ok").GetBoolean() ? null : audit.GetProperty("violations").ToString();
    }
}
