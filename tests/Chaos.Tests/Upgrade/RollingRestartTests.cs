using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Upgrade;

/// <summary>
/// One silo after another is stopped and started again under load: with what is built here, and from an earlier version
/// to this one. No must-succeed fails, and the books add up at each step.
/// </summary>
[Trait("Kind", "Process")]
public sealed class RollingRestartTests
{
    private const int Hosts = 3;
    private const int Programs = 2;
    private const int SessionsOfProgram = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Restart_EachSiloUnderLoad_NoMustSucceedFails() => RunAsync(BuiltProgram.Silo);

    [Fact]
    public Task Upgrade_EachSiloUnderLoad_BothVersionsServeOneCluster()
    {
        string? previous = Environment.GetEnvironmentVariable("HEADROOM_PREVIOUS_SILO");
        Assert.SkipWhen(previous is null, "It needs the history to build an earlier version: ./test upgrade runs it.");
        return RunAsync(previous!);
    }

    private static async Task RunAsync(string before)
    {
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(),
            Hosts,
            _ => ["--Headroom:Session:Ttl=00:00:03", "--Headroom:Host:CapacityBytes=1073741824"],
            program: before);
        string gateways = string.Join(',', cluster.Silos.Select(silo => silo.Gateway));
        ChildProcess[] programs =
        [
            .. Enumerable.Range(0, Programs).Select(program => ChildProcess.Start(
                BuiltProgram.LoadClient,
                "chaos",
                gateways,
                "host-1,host-2,host-3",
                "rolled",
                $"{SessionsOfProgram}",
                $"{program * 1000}")),
        ];
        foreach (ChildProcess program in programs)
        {
            await Api.UntilAsync(
                () => Task.FromResult(program.Output.Contains("working") || program.HasExited),
                Limit,
                "a client that works",
                () => Task.FromResult($"{program}"));
        }

        foreach (SiloProcess silo in cluster.Silos)
        {
            int code = await silo.TerminateAsync(Stop);
            Assert.True(code == 0, $"{code}: {silo.Process}");
            silo.Program = BuiltProgram.Silo;
            await silo.RestartAsync();
            foreach (SiloProcess asked in cluster.Silos)
            {
                await UntilSoundAsync(asked);
            }
        }

        foreach (ChildProcess program in programs)
        {
            program.CloseInput();
            Assert.True(await program.ExitAsync(Stop) == 0, program.ToString());
            TestContext.Current.TestOutputHelper!.WriteLine(program.Output[^1]);
            await program.DisposeAsync();
        }

        for (int host = 0; host < Hosts; host++)
        {
            await new Api(cluster.Silos[host], $"host-{host + 1}").AssertAllFreeAsync(Limit, "rolled");
        }
    }

    // While budgets move, the audit may say of a host that it does not answer.
    private static Task UntilSoundAsync(SiloProcess silo)
    {
        string? why = null;
        return Api.UntilAsync(
            async () => (why = await new Api(silo, "host-1").WhyNotSoundAsync()) is null,
            Limit,
            "an audit without violations",
            () => Task.FromResult(why ?? ""));
    }
}
