using System.Globalization;
using Headroom.Chaos.Tests.Rounds.Faults;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Rounds;

/// <summary>
/// Rounds of faults at random moments on three silos under load. After each the books add up, no must-succeed was
/// refused, and when the clients have gone everything is free.
/// </summary>
[Trait("Kind", "Process")]
public sealed class ChaosRoundsTests
{
    private const int Processes = 5;
    private const int SessionsOfProcess = 10;
    private const int MostFaults = 3;

    // When the first fault may come, and the last one.
    private const int FirstMilliseconds = 500;
    private const int LastMilliseconds = 6_000;

    // Two restarts of an authority that learns, one after the other, on a machine that is busy.
    private static readonly TimeSpan FreeLimit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Rounds_OfRandomFaults_NothingIsRefusedLostOrGivenTwice()
    {
        int rounds = Number("HEADROOM_CHAOS_ROUNDS", 1);
        int seed = Number("HEADROOM_CHAOS_SEED", Random.Shared.Next(1_000_000));
        string? why = await HostNetwork.WhyNotAsync();
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(seed, network: why is null);
        cluster.Log($"seed {seed}, {rounds} rounds; {why ?? "with a network for each silo"}");
        for (int round = 0; round < rounds; round++)
        {
            cluster.Log($"round {round + 1}");
            await RunAsync(cluster, new Random(seed + round));
        }
    }

    private static async Task RunAsync(ChaosCluster cluster, Random random)
    {
        await cluster.MendAsync();
        for (int process = 0; process < Processes; process++)
        {
            cluster.StartClient(SessionsOfProcess, random.Next());
        }

        await cluster.UntilWorkingAsync();
        cluster.Log("clients work");
        IFault[] kinds = Kinds(cluster);
        (IFault Fault, int At, int Seed)[] strikes =
        [
            .. Enumerable.Range(0, random.Next(1, MostFaults + 1)).Select(_ => (
                kinds[random.Next(kinds.Length)],
                random.Next(FirstMilliseconds, LastMilliseconds),
                random.Next())),
        ];
        await Task.WhenAll(strikes.Select(strike => StrikeAsync(cluster, strike.Fault, strike.At, strike.Seed)));
        await cluster.MendAsync();

        // With clients that hold something and go on, and without.
        await CheckAsync(cluster, "audit ok", api => api.WhyNotSoundAsync());
        await EndClientsAsync(cluster);
        await CheckAsync(cluster, "everything free", api => api.WhyNotFreeAsync(ChaosCluster.Container));
        await CheckAsync(cluster, "audit ok", api => api.WhyNotSoundAsync());
    }

    private static async Task StrikeAsync(ChaosCluster cluster, IFault fault, int milliseconds, int seed)
    {
        await ChaosCluster.PauseAsync(TimeSpan.FromMilliseconds(milliseconds));
        await fault.StrikeAsync(cluster, new Random(seed));
    }

    private static IFault[] Kinds(ChaosCluster cluster) =>
    [
        new SiloKilled(), new SiloFrozen(), new SiloPressed(),
        new StoreFrozen(), new StoreKilled(), new StoreSlow(),
        new ClientKilled(SessionsOfProcess), new ClientFrozen(),
        .. cluster.Network is null ? Array.Empty<IFault>() : [new SiloCutOff(), new SilosParted()],
    ];

    private static async Task EndClientsAsync(ChaosCluster cluster)
    {
        foreach (ChildProcess client in cluster.Clients)
        {
            client.CloseInput();
        }

        foreach (ChildProcess client in cluster.Clients)
        {
            int code = await client.ExitAsync(TestContext.Current.CancellationToken);
            Assert.True(code == 0, $"client {client.Id}: {client}");
            cluster.Log(client.Output[^1]);
            await client.DisposeAsync();
        }

        cluster.Clients.Clear();
    }

    // A silo that was frozen may find out only now that the others gave it up: then it ends, and starts again.
    private static async Task CheckAsync(ChaosCluster cluster, string what, Func<Api, Task<string?>> whyNot)
    {
        string? why = null;
        await Api.UntilAsync(
            async () =>
            {
                try
                {
                    why = null;
                    for (int host = 0; host < ChaosCluster.Hosts && why is null; host++)
                    {
                        why = await whyNot(new Api(cluster.Silos[host], ChaosCluster.HostName(host)));
                    }
                }
                catch (HttpRequestException error)
                {
                    why = error.Message;
                    await cluster.MendAsync();
                }

                return why is null;
            },
            FreeLimit,
            what,
            () => Task.FromResult($"{why}"));
        cluster.Log(what);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number)
            ? number
            : otherwise;
}
