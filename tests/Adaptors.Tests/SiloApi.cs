using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Adaptors.Tests;

/// <summary>What a silo says of one container.</summary>
internal sealed class SiloApi(SiloProcess silo, string host, string container)
{
    // A TTL, its grace and a few ticks; several times that on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The container.</summary>
    public string Path => $"/v1/hosts/{host}/containers/{container}";

    public async Task LimitAsync(long limitBytes)
    {
        using HttpResponseMessage answer = await silo.Http.PutAsJsonAsync(Path, new { limitBytes }, Stop);
        answer.EnsureSuccessStatusCode();
    }

    public async Task SetPolicyAsync(string subsystem, object policy)
    {
        using HttpResponseMessage answer =
            await silo.Http.PutAsJsonAsync($"{Path}/subsystems/{subsystem}", policy, Stop);
        answer.EnsureSuccessStatusCode();
    }

    public Task<JsonElement> ContainerAsync() => GetAsync(Path);

    public Task<JsonElement> GetAsync(string path) => silo.Http.GetFromJsonAsync<JsonElement>(path, Stop);

    public async Task AssertAuditAsync()
    {
        JsonElement audit = await GetAsync("/v1/audit");
        Assert.True(audit.GetProperty("ok").GetBoolean(), audit.ToString());
    }

    /// <summary>Waits until nothing is leased or waited for, as far as the silo knows, to the byte.</summary>
    public Task AssertNothingLeasedAsync() => UntilAsync(
        async () =>
        {
            JsonElement seen = await ContainerAsync();
            return Sum(seen, "leasedBytes") + Sum(seen, "waiting") + Number(seen, "ghostBytes") == 0;
        },
        "nothing leased in the container",
        async () => (await ContainerAsync()).ToString());

    /// <summary>Waits until all of the container is free again, credit included, and the books add up.</summary>
    public async Task AssertAllFreeAsync()
    {
        await UntilAsync(
            async () =>
            {
                JsonElement seen = await ContainerAsync();
                return Sum(seen, "leasedBytes") + Sum(seen, "waiting") == 0
                    && Array.TrueForAll(
                        ["allottedBytes", "creditBytes", "ghostBytes", "unreportedBytes", "sessions", "leases"],
                        name => Number(seen, name) == 0);
            },
            "everything free again",
            async () => (await ContainerAsync()).ToString());
        await AssertAuditAsync();
    }

    public static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    public static long Sum(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateObject().Sum(level => level.Value.GetInt64());

    /// <summary>Waits for a condition; what was expected and seen is the message when it does not come.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string expected, Func<Task<string>>? seen = null)
    {
        using var timer = new PeriodicTimer(Poll);
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limit)
            {
                Assert.Fail($"Expected {expected} within {Limit}; seen: {(seen is null ? "not" : await seen())}");
            }

            await timer.WaitForNextTickAsync(Stop);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string expected) =>
        UntilAsync(() => Task.FromResult(condition()), expected);
}
