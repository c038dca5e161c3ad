using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Scale;

/// <summary>
/// What hosts and containers cost that do nothing: memory and processor of a silo, commands at the store, the time that
/// whoever looks at all of it waits. Figures for docs/SCALE.md, and no bounds: they are of the machine that it runs on.
/// </summary>
[Trait("Kind", "Process")]
public sealed class ScaleTests
{
    private const int Looks = 5;
    private const int Callers = 16;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hosts_ThatDoNothing_CostWhatIsPrinted()
    {
        foreach (int hosts in Sizes("HEADROOM_SCALE_HOSTS"))
        {
            RedisServer store = await RedisServer.StartAsync();
            await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
                store, hosts, "--Headroom:Host:CapacityBytes=1073741824", "--Headroom:Host:PledgedBytes=1048576");
            await UntilSeenAsync(cluster.Silos[0], hosts);
            await PrintAsync($"{hosts} hosts", cluster, store);
        }
    }

    [Fact]
    public async Task Containers_WithALeaseEach_CostWhatIsPrinted()
    {
        RedisServer store = await RedisServer.StartAsync();
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            store, hosts: 1, "--Headroom:Host:CapacityBytes=68719476736", "--Headroom:Session:MaxLeaseTtl=01:00:00");
        SiloProcess silo = cluster.Silos[0];
        int made = 0;
        foreach (int containers in Sizes("HEADROOM_SCALE_CONTAINERS"))
        {
            long began = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(
                Enumerable.Range(made, Math.Max(0, containers - made)),
                new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Stop },
                async (container, _) => await LeaseAsync(silo, container));
            Print($"{containers} containers: the last {containers - made} made in "
                + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
            made = containers;
            await PrintAsync($"{containers} containers", cluster, store);
        }

        await silo.KillAsync();
        long killed = Stopwatch.GetTimestamp();
        await silo.RestartAsync();
        TimeSpan ready = Stopwatch.GetElapsedTime(killed);
        await new Api(silo, "host-1").AssertAuditAsync();
        Print($"{made} containers: after SIGKILL ready in {ready.TotalSeconds:0.0} s, "
            + $"all audited in {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s");
    }

    private static int[] Sizes(string variable)
    {
        string? set = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(set))
        {
            Assert.Skip("It takes minutes: ./test scale runs it.");
        }

        return [.. set.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
    }

    private static async Task LeaseAsync(SiloProcess silo, int container)
    {
        using HttpResponseMessage answer = await silo.Http.PostAsJsonAsync(
            $"/v1/hosts/host-1/containers/container-{container}/subsystems/journal/leases",
            new { bytes = 1 << 20, urgency = "SafeToFail", requestId = "one", ttlSeconds = 3600 },
            Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static Task UntilSeenAsync(SiloProcess silo, int hosts) => Api.UntilAsync(
        async () =>
        {
            JsonElement seen = await new Api(silo, "host-1").GetAsync("/v1/cluster");
            return seen.GetProperty("unreachable").GetArrayLength() == 0
                && seen.GetProperty("hosts").GetArrayLength() == hosts;
        },
        Limit,
        $"{hosts} hosts that answer",
        () => Task.FromResult("not that"));

    private static async Task PrintAsync(string what, ClusterOfSilos cluster, RedisServer store)
    {
        int[] silos = [.. cluster.Silos.Select(silo => silo.Process.Id)];
        TimeSpan processor = Processor(silos);
        long commands = await CommandsAsync(store);
        long began = Stopwatch.GetTimestamp();
        using (var timer = new PeriodicTimer(Watched))
        {
            await timer.WaitForNextTickAsync(Stop);
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double used = (Processor(silos) - processor).TotalSeconds / seconds / silos.Length;
        double asked = (await CommandsAsync(store) - commands) / seconds / silos.Length;
        double resident = silos.Average(id => ProcessFigures.Read(id).ResidentBytes) / (1 << 20);
        Print($"{what}: each silo {resident:0} MiB, {used * 100:0.0} % of a core, {asked:0.0} commands/s at the store; "
            + $"/v1/cluster {await TimeAsync(cluster.Silos[0], "/v1/cluster"):0} ms, "
            + $"/v1/audit {await TimeAsync(cluster.Silos[0], "/v1/audit"):0} ms");
    }

    private static async Task<double> TimeAsync(SiloProcess silo, string path)
    {
        var times = new List<double>();
        for (int look = 0; look < Looks; look++)
        {
            long began = Stopwatch.GetTimestamp();
            await silo.Http.GetStringAsync(path, Stop);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times.Order().ElementAt(Looks / 2);
    }

    private static TimeSpan Processor(int[] ids)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (int id in ids)
        {
            using var process = Process.GetProcessById(id);
            sum += process.TotalProcessorTime;
        }

        return sum;
    }

    private static async Task<long> CommandsAsync(RedisServer store)
    {
        string stats = await store.CommandAsync("info", "stats");
        const string name = "total_commands_processed:";
        string line = stats.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Trim(), CultureInfo.InvariantCulture);
    }

    private static void Print(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
