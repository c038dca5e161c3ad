using System.Net;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Storage;

/// <summary>
/// The disk of the embedded store is full: only what needs an allotment step waits or is turned away, and when there is
/// room again all goes on by itself.
/// </summary>
[Trait("Kind", "Process")]
public sealed class DiskFullTests
{
    private const string Host = "full-host";
    private const long Small = 4096;
    private const long Step = 64L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DiskFull_OfTheEmbeddedStore_DelaysOnlyStepsAndLosesNothing()
    {
        await using SmallDisk? disk = await SmallDisk.TryMountAsync();
        if (disk is null)
        {
            Assert.Skip("A small disk can be mounted by root only, where mounting is allowed.");
        }

        await using SiloProcess silo = await SiloProcess.StartAsync(
            $"--Headroom:Host:Name={Host}",
            $"--Headroom:Store:Path={disk.Path}/store",
            "--Headroom:Host:CapacityBytes=4294967296",
            "--Headroom:Session:AuthorityLease=00:00:30");
        var leases = new LeaseCalls(silo, Host);
        string held = await AskAsync(leases, Small);
        var stepping = new LeaseCalls(silo, Host, "stepping");
        await AskAsync(stepping, Step);

        disk.Fill();
        long stepped = Step;
        var waiting = StepUntilStuckAsync();

        Assert.Equal(HttpStatusCode.OK, await leases.RenewAsync(held, Stop));
        string more = await AskAsync(leases, Small);
        Assert.Equal(HttpStatusCode.NoContent, await leases.ReleaseAsync(more, Stop));
        await waiting;

        disk.Free();
        await Api.UntilAsync(
            async () =>
            {
                (HttpStatusCode status, _, _) =
                    await stepping.AskAsync(Step, Urgency.RiskyToFail, waitSeconds: 5, Stop);
                stepped += status == HttpStatusCode.Created ? Step : 0;
                return status == HttpStatusCode.Created;
            },
            Limit,
            "a step when there is room again",
            () => Task.FromResult($"{silo.Process}"));
        await new Api(silo, Host).AssertAuditAsync();

        // What was granted is on the disk.
        await silo.KillAsync();
        await silo.RestartAsync();
        long allotted = Api.Number(await new Api(silo, Host).HostAsync(), "allottedBytes");
        Assert.True(allotted >= stepped + Small, $"{allotted} bytes allotted, {stepped} were granted.");

        // The store writes into space that it has already, for a while.
        async Task StepUntilStuckAsync()
        {
            for (int step = 0; step < 40; step++)
            {
                (HttpStatusCode status, _, _) =
                    await stepping.AskAsync(Step, Urgency.RiskyToFail, waitSeconds: 1, Stop);
                if (status != HttpStatusCode.Created)
                {
                    return;
                }

                stepped += Step;
            }
        }
    }

    private static async Task<string> AskAsync(LeaseCalls leases, long bytes)
    {
        (HttpStatusCode status, string lease, string body) =
            await leases.AskAsync(bytes, Urgency.RiskyToFail, waitSeconds: 10, Stop);
        Assert.True(status == HttpStatusCode.Created, $"{status}: {body}");
        return lease;
    }
}
