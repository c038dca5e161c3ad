using Headroom.AspNetCore;
using Microsoft.AspNetCore.Http;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <content>Steps that several of the tests take.</content>
public sealed partial class RequireHeadroomTests
{
    private static string Lease(HttpContext context) =>
        context.Features.Get<IMemoryLeaseFeature>() is { Lease: var lease } ? $"{lease.Bytes} {lease.Urgency}" : "none";

    private static async Task<string> ReadAllAsync(Stream body)
    {
        using var all = new MemoryStream();
        await body.CopyToAsync(all, Stop);
        return $"{all.Length}";
    }

    // The server sends 100 only when somebody reads the body: without it this client never begins to send.
    private static HttpClient ConnectWithExpect(WebServer server)
    {
        var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(5) };
        var client = new HttpClient(handler) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.ExpectContinue = true;
        return client;
    }

    // What one request gave back may be on its way when the next one asks.
    private static async Task<HttpResponseMessage> UntilAdmittedAsync(
        HttpClient client, string path, Func<HttpContent> body)
    {
        HttpResponseMessage? answer = null;
        await SiloApi.UntilAsync(
            async () =>
            {
                answer?.Dispose();
                answer = await client.PostAsync(path, body(), Stop);
                return answer.IsSuccessStatusCode;
            },
            "an admitted request");
        return answer!;
    }

    private static Task WaitingAsync(LimitedContainer container, int requests) => SiloApi.UntilAsync(
        async () => SiloApi.Sum(await container.Api.ContainerAsync(), "waiting") == requests,
        $"{requests} requests that wait",
        async () => (await container.Api.ContainerAsync()).ToString());

    private static async Task NothingLeasedAsync(WebServer server, LimitedContainer container)
    {
        await SiloApi.UntilAsync(() => server.Budget.GetStatus().LeasedBytes.Sum() == 0, "nothing leased here");
        await container.Api.AssertNothingLeasedAsync();
        await container.Api.AssertAuditAsync();
    }

    private async Task HoldAsync()
    {
        _entered.TrySetResult();
        await _release.Task;
    }
}
