using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests;

/// <summary>The silo's API as the tests use it.</summary>
internal sealed class Api(SiloProcess silo, string host)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    public async Task<JsonElement> GetAsync(string path) =>
        await silo.Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    public Task<JsonElement> HostAsync() => GetAsync($"/v1/hosts/{host}");

    public Task<JsonElement> ContainerAsync(string container) => GetAsync($"/v1/hosts/{host}/containers/{container}");

    public async Task PutContainerAsync(string container, object settings)
    {
        using HttpResponseMessage answer = await silo.Http.PutAsJsonAsync(
            $"/v1/hosts/{host}/containers/{container}", settings, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task AssertAuditAsync()
    {
        string? violations = await WhyNotSoundAsync();
        Assert.True(violations is null, violations);
    }

    /// <summary>What the audit finds; null for nothing.</summary>
    public async Task<string?> WhyNotSoundAsync()
    {
        JsonElement audit = await GetAsync("/v1/audit");
        return audit.GetProperty("ok").GetBoolean() ? null : audit.ToString();
    }

    /// <summary>Waits until all that the API shows is free again, to the byte.</summary>
    public async Task AssertAllFreeAsync(TimeSpan limit, params string[] containers)
    {
        string? why = null;
        await UntilAsync(
            async () => (why = await WhyNotFreeAsync(containers)) is null,
            limit,
            "everything free again",
            () => Task.FromResult(why ?? ""));
        await AssertAuditAsync();
    }

    /// <summary>What of host and containers is not free, as the API shows it; null when all is, to the byte.</summary>
    public async Task<string?> WhyNotFreeAsync(params string[] containers)
    {
        JsonElement seen = await HostAsync();
        if (!IsZero(seen, "allottedBytes", "creditBytes", "ghostBytes") || Sum(seen, "leasedBytes") != 0)
        {
            return seen.ToString();
        }

        foreach (string container in containers)
        {
            seen = await ContainerAsync(container);
            if (!IsZero(seen, "allottedBytes", "creditBytes", "ghostBytes", "unreportedBytes", "sessions", "leases")
                || Sum(seen, "leasedBytes") != 0 || Sum(seen, "waiting") != 0)
            {
                return seen.ToString();
            }
        }

        return null;
    }

    /// <summary>Waits for a condition; what was expected and seen is the message when it does not come.</summary>
    public static async Task UntilAsync(
        Func<Task<bool>> condition, TimeSpan limit, string expected, Func<Task<string>> seen)
    {
        using var timer = new PeriodicTimer(Poll);
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                Assert.Fail($"Expected {expected} within {limit}; seen: {await seen()}");
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    public static long Sum(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateObject().Sum(level => level.Value.GetInt64());

    private static bool IsZero(JsonElement element, params string[] names) =>
        Array.TrueForAll(names, name => Number(element, name) == 0);
}
