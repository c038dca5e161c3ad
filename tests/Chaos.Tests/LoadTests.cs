using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests;

[Trait("Kind", "Process")]
public sealed class LoadTests
{
    private const string Host = "load-host";
    private const int HttpClients = 16;
    private const int HttpOperations = 3_000;
    private const int Programs = 4;
    private const int SessionsOfProgram = 4;
    private const int SdkOperations = 9_500;

    // A TTL, its grace, a reading of the machine, two ticks of the budgets; several times that on a busy machine.
    private static readonly TimeSpan FreeLimit = TimeSpan.FromSeconds(30);
    private static readonly string[] Containers = ["one", "two", "three", "four"];
    private static readonly string[] Settings =
    [
        $"--Headroom:Host:Name={Host}", "--Headroom:Session:Ttl=00:00:02", "--Headroom:Host:CapacityBytes=1000000000",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_ThirtyTwoClientsAndAKilledOne_EndsWithEverythingFree()
    {
        int seed = NewSeed();
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        var api = new Api(silo, Host);
        ChildProcess[] programs = StartPrograms(silo, SdkOperations, seed);
        await using ChildProcess victim = StartProgram(silo, "one", sessions: 2, operations: int.MaxValue, seed);
        var http = new HttpLoad(silo, Host, Containers, seed);
        Task load = http.RunAsync(HttpClients, HttpOperations, Stop);

        await ReadAsync(victim, "working");
        await victim.KillAsync();
        await load;
        await EndAsync(programs);

        TestContext.Current.TestOutputHelper!.WriteLine($"http {http}");
        Assert.True(http.Faults.Count == 0, string.Join(Environment.NewLine, http.Faults.Take(3)));
        Assert.Equal(0, http.NoAnswer);
        Assert.True(http.Answers.Count > 2, http.ToString());
        await api.AssertAllFreeAsync(FreeLimit, Containers);
    }

    [Fact]
    public async Task Load_SiloIsKilledTwice_NothingIsForgottenOrDoubledAndClientsGoOn()
    {
        int seed = NewSeed();
        await using SiloProcess silo = await SiloProcess.StartAsync(Settings);
        var api = new Api(silo, Host);
        ChildProcess[] programs = StartPrograms(silo, 200_000, seed);
        var http = new HttpLoad(silo, Host, Containers, seed);
        Task load = http.RunAsync(4, 2_000, Stop);
        foreach (ChildProcess program in programs)
        {
            await ReadAsync(program, "working");
        }

        for (int kill = 0; kill < 2; kill++)
        {
            long allotted = await HeldAsync(api);
            await silo.KillAsync();
            await silo.RestartAsync();
            long after = Api.Number(await api.HostAsync(), "allottedBytes");
            Assert.True(after > 0, $"{allotted} bytes were allotted before the kill, and none after it");
            await api.AssertAuditAsync();
            await HeldAsync(api);
        }

        await load;
        await EndAsync(programs);
        await api.AssertAllFreeAsync(FreeLimit, Containers);
    }

    // Clients hold something: after a restart, that they came back by themselves.
    private static async Task<long> HeldAsync(Api api)
    {
        await Api.UntilAsync(
            async () =>
            {
                JsonElement host = await api.HostAsync();
                return Api.Number(host, "creditBytes") + Api.Sum(host, "leasedBytes") > 0;
            },
            FreeLimit,
            "clients that hold bytes",
            async () => (await api.HostAsync()).ToString());
        return Api.Number(await api.HostAsync(), "allottedBytes");
    }

    private static int NewSeed()
    {
        int seed = Random.Shared.Next(1_000_000);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        return seed;
    }

    private static ChildProcess[] StartPrograms(SiloProcess silo, int operations, int seed) =>
    [
        .. Enumerable.Range(0, Programs).Select(
            program => StartProgram(silo, Containers[program], SessionsOfProgram, operations, seed + (100 * program))),
    ];

    private static ChildProcess StartProgram(
        SiloProcess silo, string container, int sessions, int operations, int seed) =>
        ChildProcess.Start(
            BuiltProgram.LoadClient,
            "load",
            $"127.0.0.1:{silo.GatewayPort}",
            Host,
            container,
            $"{sessions}",
            $"{operations}",
            $"{seed}");

    private static async Task ReadAsync(ChildProcess program, string expected)
    {
        await foreach (string line in program.Lines.ReadAllAsync(Stop))
        {
            if (line.StartsWith(expected, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The program ended without saying '{expected}': {program}");
    }

    private static async Task EndAsync(ChildProcess[] programs)
    {
        foreach (ChildProcess program in programs)
        {
            Assert.True(await program.ExitAsync(Stop) == 0, program.ToString());
            TestContext.Current.TestOutputHelper!.WriteLine(program.Output[^1]);
            await program.DisposeAsync();
        }
    }
}
