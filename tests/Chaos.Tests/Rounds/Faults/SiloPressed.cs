using System.Net.Http.Json;

namespace Headroom.Chaos.Tests.Rounds.Faults;

/// <summary>A silo holds memory on purpose.</summary>
internal sealed class SiloPressed : SiloFault
{
    /// <inheritdoc/>
    protected override async Task StrikeAsync(ChaosCluster cluster, int host, Random random)
    {
        long bytes = random.Next(1, 256) * (1L << 20);
        TimeSpan time = Some(random, 0.5, 5);
        string name = ChaosCluster.HostName(host);
        cluster.Log($"{bytes >> 20} MiB of {name} held for {time.TotalSeconds} s");
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            using HttpResponseMessage answer = await cluster.Silos[host].Http.PostAsJsonAsync(
                "/v1/chaos/pressure", new { host = name, bytes, seconds = time.TotalSeconds }, limit.Token);
            cluster.Log($"{(int)answer.StatusCode}");
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // Another fault was there first.
            cluster.Log($"not held: {error.Message}");
        }

        await ChaosCluster.PauseAsync(time);
    }
}
