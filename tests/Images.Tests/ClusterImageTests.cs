using Headroom.Support;
using Xunit;

namespace Headroom.Images.Tests;

/// <summary>
/// Silos from the image as a cluster: under load one is cut off and one is killed, both come back, nobody's
/// must-succeed is refused, and the books add up.
/// </summary>
[Trait("Kind", "Process")]
public sealed class ClusterImageTests(BuiltImages images)
{
    private const int Clients = 2;
    private const int Sessions = 6;
    private const int CutOff = 1;
    private const int Killed = 2;

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task Silos_OneCutOffAndOneKilledUnderLoad_ComeBackAndTheAuditIsOk(string provider)
    {
        Podman podman = images.Podman;
        string? why = await HostNetwork.WhyNotAsync();
        Assert.SkipUnless(why is null, why ?? "");
        await using ImageCluster cluster = await ImageCluster.StartAsync(podman, provider);
        await cluster.MendAsync();
        for (int client = 0; client < Clients; client++)
        {
            await cluster.StartClientAsync(Sessions, seed: client);
        }

        double before = await cluster.RequestsElsewhereAsync(CutOff);
        await cluster.CutAsync(CutOff);
        cluster.Log("one is cut off");
        await cluster.UntilStoodInAsync(CutOff, before);
        cluster.Log("another one stands in for it");
        await cluster.JoinAsync(CutOff);
        await cluster.UntilEndedAsync(CutOff);
        cluster.Log("it has heard that it was given up, and ended");
        await cluster.MendAsync();
        cluster.Log("it is back");

        before = await cluster.RequestsElsewhereAsync(Killed);
        await cluster.KillAsync(Killed);
        cluster.Log("one is killed");
        await cluster.UntilStoodInAsync(Killed, before);
        cluster.Log("another one stands in for it");
        await cluster.MendAsync();
        cluster.Log("it is back");

        await cluster.UntilSoundAsync();
        await cluster.EndClientsAsync();
        await cluster.UntilFreeAsync();
        await cluster.UntilSoundAsync();
        cluster.Log("all is free");
    }
}
