using System.Globalization;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Soak;

/// <summary>Load at the highest rate for minutes: what the processes use does not grow after the beginning.</summary>
[Trait("Kind", "Process")]
public sealed class SoakTests
{
    private const int Hosts = 2;
    private const int Programs = 2;
    private const int SessionsOfProgram = 8;

    // The first part is left out: caches fill, code is compiled, pools grow to what the load needs.
    private const double Beginning = 0.4;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // What a process may be larger by in the last third than in the first one after the beginning: the collector's
    // heap swings with the load.
    private const double MostGrowth = 0.10;
    private const long SomeBytes = 24L << 20;
    private const int SomeThreads = 12;
    private const int SomeHandles = 24;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Soak_AtTheHighestRate_NothingGrowsAfterTheBeginning()
    {
        string? set = Environment.GetEnvironmentVariable("HEADROOM_SOAK_MINUTES");
        if (!double.TryParse(set, CultureInfo.InvariantCulture, out double minutes))
        {
            Assert.Skip("It takes minutes: ./test soak --minutes 15 runs it.");
        }

        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(), Hosts, "--Headroom:Session:Ttl=00:00:05");
        string gateways = string.Join(',', cluster.Silos.Select(silo => silo.Gateway));
        ChildProcess[] programs =
        [
            .. Enumerable.Range(0, Programs).Select(program => ChildProcess.Start(
                BuiltProgram.LoadClient,
                "soak",
                gateways,
                $"host-1,host-{Hosts}",
                "soak",
                $"{SessionsOfProgram}",
                $"{program * 1000}")),
        ];
        (string Name, int Id)[] processes =
        [
            .. cluster.Silos.Select((silo, index) => ($"silo {index + 1}", silo.Process.Id)),
            .. programs.Select((program, index) => ($"client {index + 1}", program.Id)),
        ];

        List<ProcessFigures[]> samples = await SampleAsync(processes, TimeSpan.FromMinutes(minutes));

        foreach (ChildProcess program in programs)
        {
            program.CloseInput();
            Assert.True(await program.ExitAsync(Stop) == 0, program.ToString());
            TestContext.Current.TestOutputHelper!.WriteLine(program.Output[^1]);
            await program.DisposeAsync();
        }

        ProcessFigures[][] steady = [.. samples.Skip((int)(samples.Count * Beginning))];
        int third = steady.Length / 3;
        var grown = new List<string>();
        for (int process = 0; process < processes.Length; process++)
        {
            int index = process;
            ProcessFigures first = Median([.. steady.Take(third).Select(sample => sample[index])]);
            ProcessFigures last = Median([.. steady.TakeLast(third).Select(sample => sample[index])]);
            string line = $"{processes[process].Name}: {first.ResidentBytes >> 20} to {last.ResidentBytes >> 20} MiB, "
                + $"{first.Threads} to {last.Threads} threads, {first.Handles} to {last.Handles} handles";
            TestContext.Current.TestOutputHelper!.WriteLine(line);
            if (last.ResidentBytes > (first.ResidentBytes * (1 + MostGrowth)) + SomeBytes
                || last.Threads > first.Threads + SomeThreads
                || last.Handles > first.Handles + SomeHandles)
            {
                grown.Add(line);
            }
        }

        Assert.True(grown.Count == 0, string.Join(Environment.NewLine, grown));
        await new Api(cluster.Silos[0], "host-1").AssertAuditAsync();
    }

    private static async Task<List<ProcessFigures[]>> SampleAsync((string Name, int Id)[] processes, TimeSpan time)
    {
        var samples = new List<ProcessFigures[]>();
        long begin = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Every);
        while (TimeProvider.System.GetElapsedTime(begin) < time)
        {
            await timer.WaitForNextTickAsync(Stop);
            samples.Add([.. processes.Select(process => ProcessFigures.Read(process.Id))]);
        }

        return samples;
    }

    private static ProcessFigures Median(ProcessFigures[] figures) => new(
        figures.Select(figure => figure.ResidentBytes).Order().ElementAt(figures.Length / 2),
        figures.Select(figure => figure.Threads).Order().ElementAt(figures.Length / 2),
        figures.Select(figure => figure.Handles).Order().ElementAt(figures.Length / 2));
}
