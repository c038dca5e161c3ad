using System.Globalization;
using Spectre.Console;
using StackExchange.Redis;

namespace Headroom.Bench;

/// <summary>
/// Exchanges beside the same exchange as a script on Redis: as many callers on one connection to one process.
/// </summary>
internal sealed class RedisBench(OrleansAuthority authority, IConnectionMultiplexer redis)
{
    private const int Many = 32;
    private static readonly int[] Concurrencies = [64, 256];

    public async Task RunAsync()
    {
        Table one = NewTable("One exchange a call, beside the same exchange in one Lua script on Redis", "exchanges/s");
        foreach (int concurrency in Concurrencies)
        {
            await AddAsync(one, concurrency, ["part"], ">= 2.0", "4.0");
        }

        AnsiConsole.Write(one);
        Table many = NewTable(
            $"{Many} subsystems refilled in one call, beside the same in one Lua script", "refills/s");
        string[] subsystems = [.. Enumerable.Range(0, Many).Select(at => $"part-{at}").Order(StringComparer.Ordinal)];
        foreach (int concurrency in Concurrencies)
        {
            await AddAsync(many, concurrency, subsystems, ">= 15", "30");
        }

        AnsiConsole.Write(many);
        AnsiConsole.WriteLine(
            "Both books have two levels, absolute amounts under an order number, floors, policy and sums by subsystem "
            + "and urgency, and give back what sessions held that lapsed. Packed: a subsystem is one field of binary "
            + "numbers, the quickest script that was found. Plain: each number is a field.");
    }

    private static Table NewTable(string title, string unit) => new Table()
        .Title(title)
        .AddColumns(
            "script", "at once", unit, "p50 us", "p99 us", $"script {unit}", "p50", "p99", "ratio", "bar", "aim");

    private async Task AddAsync(Table table, int concurrency, string[] subsystems, string bar, string aim)
    {
        DrawingSession[] sessions = await DrawingSession.OpenAsync(authority, concurrency, subsystems);
        Func<Task>[][] contestants =
        [
            [.. sessions.Select(session => (Func<Task>)session.DrawAsync)],
            await PeersAsync(packed: true, concurrency, subsystems),
            await PeersAsync(packed: false, concurrency, subsystems),
        ];
        await Contest.WarmAsync(2, contestants);
        Round[] rounds = await Contest.RunAsync(contestants);
        foreach (DrawingSession session in sessions)
        {
            await session.CloseAsync();
        }

        Row(table, "packed", concurrency, subsystems.Length, rounds[0], rounds[1], bar, aim);
        Row(table, "plain", concurrency, subsystems.Length, rounds[0], rounds[2], bar, aim);
    }

    private async Task<Func<Task>[]> PeersAsync(bool packed, int concurrency, string[] subsystems) =>
    [
        .. (await RedisBudget.OpenAsync(redis, packed, concurrency, subsystems))
            .Select(session => (Func<Task>)session.DrawAsync),
    ];

    private static void Row(
        Table table, string script, int concurrency, int rows, Round ours, Round theirs, string bar, string aim) =>
        table.AddRow(
            script,
            $"{concurrency}",
            Text(ours.PerSecond * rows),
            Text(ours.P50Microseconds),
            Text(ours.P99Microseconds),
            Text(theirs.PerSecond * rows),
            Text(theirs.P50Microseconds),
            Text(theirs.P99Microseconds),
            (ours.PerSecond / theirs.PerSecond).ToString("0.0", CultureInfo.InvariantCulture),
            bar,
            aim);

    private static string Text(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
