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
        JsonElement audit = await GetAsync("/v1/audit");
        Assert.True(audit.GetProperty("ok").GetBoolean(), audit.ToString());
    }

    /// <summary>Waits until all that the API shows is free again, to the byte.</summary>
    public async Task AssertAllFreeAsync(TimeSpan limit, params string[] containers)
    {
        await UntilAsync(
            async () =>
            {
                JsonElement seen = await HostAsync();
                return IsZero(seen, "allottedBytes", "creditBytes", "ghostBytes") && Sum(seen, "leasedBytes") == 0;
            },
            limit,
            "everything free again",
            async () => (await HostAsync()).ToString());
        foreach (string container in containers)
        {
            JsonElement seen = await ContainerAsync(container);
            Assert.True(
                IsZero(seen, "allottedBytes", "creditBytes", "ghostBytes", "unreportedBytes", "sessions", "leases")
                && Sum(seen, "leasedBytes") == 0 && Sum(seen, "waiting") == 0,
                seen.ToString());
        }

        await AssertAuditAsync();
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
