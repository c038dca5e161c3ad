using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Headroom.Support;

namespace Headroom.Chaos.Tests;

/// <summary>Leases of one subsystem over HTTP, one call each.</summary>
internal sealed class LeaseCalls(SiloProcess silo, string host, string container = "c")
{
    private int _requests;

    /// <summary>Asks once.</summary>
    /// <returns>The status, the lease's id or nothing, and the whole body.</returns>
    public async Task<(HttpStatusCode Status, string Lease, string Body)> AskAsync(
        long bytes, Urgency urgency, double waitSeconds, CancellationToken cancellationToken)
    {
        string body = JsonSerializer.Serialize(new
        {
            bytes,
            urgency = urgency.ToString(),
            requestId = $"r{Interlocked.Increment(ref _requests)}",
            waitSeconds,
            ttlSeconds = 60,
            reason = "test",
        });
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage answer = await silo.Http.PostAsync(
            $"/v1/hosts/{host}/containers/{container}/subsystems/s/leases", content, cancellationToken);
        string text = await answer.Content.ReadAsStringAsync(cancellationToken);
        using var json = JsonDocument.Parse(text);
        string lease = json.RootElement.TryGetProperty("leaseId", out JsonElement id) ? id.GetString()! : "";
        return (answer.StatusCode, lease, text);
    }

    /// <summary>Renews once.</summary>
    public async Task<HttpStatusCode> RenewAsync(string lease, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer =
            await silo.Http.PostAsync($"/v1/leases/{lease}/renew", null, cancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Gives back once.</summary>
    public async Task<HttpStatusCode> ReleaseAsync(string lease, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await silo.Http.DeleteAsync($"/v1/leases/{lease}", cancellationToken);
        return answer.StatusCode;
    }
}
