using System.Globalization;
using Spectre.Console;

namespace Headroom.Bench;

/// <summary>
/// What a caller without credit pays, from another process, beside an empty grain on the same silo and the same
/// connection.
/// </summary>
internal sealed class DrawBench(OrleansAuthority authority, ISubsystem subsystem, string host)
{
    private static readonly int[] Concurrencies = [1, 64, 256];

    private readonly CarefulLease _careful = new(authority.Grains, host);
    private readonly IEmptyGrain _empty = authority.Grains.GetGrain<IEmptyGrain>("empty");

    public async Task RunAsync()
    {
        Table table = new Table()
            .Title("A draw through the grains, without credit, beside empty grain calls (same silo, same connection)")
            .AddColumns(
                "operation", "at once", "per second", "p50 us", "p99 us", "empty /s", "p50", "p99", "ratio", "bar",
                "aim");
        await WarmAsync();
        foreach (int concurrency in Concurrencies)
        {
            await AddAsync(table, concurrency);
        }

        foreach (int concurrency in Concurrencies)
        {
            await AddCarefulAsync(table, concurrency);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            "SDK: AcquireAsync of 64 KiB and Dispose in a process whose credit is 0. All callers share a session: what "
            + "they ask while messages are under way shares the next one, and leases go back with exchanges. "
            + "Exchange: sessions of their own, each call gives back 64 KiB and draws 64 KiB. "
            + "Careful: an acquire by the subsystem's grain and a release, beside two empty calls.");
    }

    private async Task WarmAsync()
    {
        const int Some = 64;
        DrawingSession[] sessions = await DrawingSession.OpenAsync(authority, Some, ["part"]);
        await Contest.WarmAsync(
            4,
            Repeat(EmptyAsync, Some),
            Repeat(LeaseAsync, Some),
            [.. sessions.Select(session => (Func<Task>)session.DrawAsync)]);
        await CloseAsync(sessions);
    }

    private async Task AddAsync(Table table, int concurrency)
    {
        DrawingSession[] sessions = await DrawingSession.OpenAsync(authority, concurrency, ["part"]);
        Round[] rounds = await Contest.RunAsync(
            Repeat(EmptyAsync, concurrency),
            Repeat(LeaseAsync, concurrency),
            [.. sessions.Select(session => (Func<Task>)session.DrawAsync)]);
        await CloseAsync(sessions);
        bool counts = concurrency > 1;
        Row(table, "SDK, acquire and dispose", concurrency, rounds[1], rounds[0], 1, counts);
        Row(table, "exchange", concurrency, rounds[2], rounds[0], 1, counts);
    }

    // Last: the budget remembers each of its requests for half a minute, and whoever shares a silo with it pays for
    // that.
    private async Task AddCarefulAsync(Table table, int concurrency)
    {
        Round[] rounds = await Contest.RunAsync(
            Repeat(EmptyAsync, concurrency), Repeat(_careful.AcquireAndReleaseAsync, concurrency));
        Row(table, "careful, acquire and release", concurrency, rounds[1], rounds[0], 2, counts: false);
    }

    private static void Row(
        Table table, string name, int concurrency, Round ours, Round empty, int calls, bool counts) => table.AddRow(
            name,
            $"{concurrency}",
            Text(ours.PerSecond),
            Text(ours.P50Microseconds),
            Text(ours.P99Microseconds),
            Text(empty.PerSecond),
            Text(empty.P50Microseconds),
            Text(empty.P99Microseconds),
            (ours.PerSecond * calls / empty.PerSecond).ToString("0.00", CultureInfo.InvariantCulture),
            counts ? ">= 0.60" : "",
            counts ? "0.85" : "");

    private static Func<Task>[] Repeat(Func<Task> operation, int times) => [.. Enumerable.Repeat(operation, times)];

    private static string Text(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static async Task CloseAsync(DrawingSession[] sessions)
    {
        foreach (DrawingSession session in sessions)
        {
            await session.CloseAsync();
        }
    }

    private Task EmptyAsync() => _empty.CallAsync().AsTask();

    private async Task LeaseAsync() =>
        (await subsystem.AcquireAsync(DrawingSession.DrawnBytes, Urgency.SafeToFail)).Dispose();
}
