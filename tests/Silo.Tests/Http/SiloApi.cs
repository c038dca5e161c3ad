using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>The API of a real silo as a client of one of its hosts uses it.</summary>
internal sealed class SiloApi(SiloProcess silo, string host)
{
    private const int MaxLooks = 400;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Asks for a lease of a subsystem, <c>container/subsystem</c>; the answer must have this status.
    /// </summary>
    public async Task<JsonElement> AskAsync(string subsystem, string body, HttpStatusCode status) =>
        (await AskRawAsync(subsystem, body, status)).Json;

    /// <summary>The same, with its header Retry-After; null when it has none.</summary>
    public async Task<(JsonElement Json, TimeSpan? RetryAfter)> AskRawAsync(
        string subsystem, string body, HttpStatusCode status)
    {
        string[] names = subsystem.Split('/');
        using HttpResponseMessage response = await silo.Http.PostAsync(
            Path($"{names[0]}/subsystems/{names[1]}/leases"), Content(body), Cancellation);
        return (await ReadAsync(response, status), response.Headers.RetryAfter?.Delta);
    }

    /// <summary>Asks until a lease comes; of what still waits, again and again.</summary>
    public async Task<JsonElement> AskUntilGrantedAsync(string subsystem, string body)
    {
        string[] names = subsystem.Split('/');
        while (true)
        {
            using HttpResponseMessage response = await silo.Http.PostAsync(
                Path($"{names[0]}/subsystems/{names[1]}/leases"), Content(body), Cancellation);
            if (response.StatusCode != HttpStatusCode.Accepted)
            {
                return await ReadAsync(response, HttpStatusCode.Created);
            }
        }
    }

    /// <summary>Changes settings of a container, or with <c>container/subsystems/subsystem</c> of that.</summary>
    public async Task<JsonElement> PutAsync(string path, string body)
    {
        using HttpResponseMessage response = await silo.Http.PutAsync(Path(path), Content(body), Cancellation);
        return await ReadAsync(response, HttpStatusCode.OK);
    }

    /// <summary>Reads what is below <c>containers/</c>.</summary>
    public Task<JsonElement> GetAsync(string path) => ReadAsync(Path(path));

    /// <summary>Reads it until it is as expected; 20 s at most, and what is seen then is the message.</summary>
    public async Task<JsonElement> GetUntilAsync(string path, Func<JsonElement, bool> isExpected)
    {
        using var timer = new PeriodicTimer(Poll);
        JsonElement seen = await GetAsync(path);
        for (int look = 0; !isExpected(seen); look++)
        {
            Assert.True(look < MaxLooks, $"{path} did not become as expected: {seen}");
            await timer.WaitForNextTickAsync(Cancellation);
            seen = await GetAsync(path);
        }

        return seen;
    }

    public Task<JsonElement> HostAsync() => ReadAsync(new Uri($"/v1/hosts/{host}", UriKind.Relative));

    public async Task AssertAuditAsync()
    {
        JsonElement audit = await ReadAsync(new Uri("/v1/audit", UriKind.Relative));
        Assert.True(audit.GetProperty("ok").GetBoolean(), audit.ToString());
    }

    public async Task<JsonElement> RenewAsync(JsonElement lease, HttpStatusCode status)
    {
        using HttpResponseMessage response = await silo.Http.PostAsync(
            new Uri($"/v1/leases/{Id(lease)}/renew", UriKind.Relative), null, Cancellation);
        return await ReadAsync(response, status);
    }

    /// <summary>Renews for as long as the answer is the first status; then it must be the second.</summary>
    public async Task<JsonElement> RenewUntilAsync(JsonElement lease, HttpStatusCode first, HttpStatusCode then)
    {
        using var timer = new PeriodicTimer(Poll);
        while (true)
        {
            using HttpResponseMessage response = await silo.Http.PostAsync(
                new Uri($"/v1/leases/{Id(lease)}/renew", UriKind.Relative), null, Cancellation);
            if (response.StatusCode != first)
            {
                return await ReadAsync(response, then);
            }

            await timer.WaitForNextTickAsync(Cancellation);
        }
    }

    public async Task DeleteAsync(params JsonElement[] leases)
    {
        foreach (JsonElement lease in leases)
        {
            using HttpResponseMessage response =
                await silo.Http.DeleteAsync(new Uri($"/v1/leases/{Id(lease)}", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }
    }

    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    /// <summary>The rungs that an answer says were tried.</summary>
    public static IEnumerable<string> Rungs(JsonElement answer) =>
        answer.GetProperty("rungs").EnumerateArray().Select(rung => Text(rung, "rung"));

    private static string Id(JsonElement lease) => Text(lease, "leaseId");

    private static StringContent Content(string body) => new(body, new MediaTypeHeaderValue("application/json"));

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == response.StatusCode, $"{status} was expected, {response.StatusCode} came: {text}");
        return JsonElement.Parse(text);
    }

    private async Task<JsonElement> ReadAsync(Uri path)
    {
        using HttpResponseMessage response = await silo.Http.GetAsync(path, Cancellation);
        return await ReadAsync(response, HttpStatusCode.OK);
    }

    private Uri Path(string container) => new($"/v1/hosts/{host}/containers/{container}", UriKind.Relative);
}
