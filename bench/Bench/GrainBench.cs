using System.Globalization;
using Headroom.Contracts;
using Spectre.Console;

namespace Headroom.Bench;

/// <summary>
/// Budgets through their grains, from another process, beside an empty grain on the same silo and the same connection.
/// The
/// two take turns, so that both see the same weather; the median of the rounds is shown.
/// </summary>
internal sealed class GrainBench(IGrainFactory grains, string host)
{
    private const int Rounds = 5;
    private static readonly int[] Concurrencies = [1, 16, 64, 256];

    private readonly IEmptyGrain _empty = grains.GetGrain<IEmptyGrain>("empty");
    private readonly ISubsystemGrain _subsystem = grains.GetGrain<ISubsystemGrain>($"{host}/bench/part");
    private readonly IContainerBudgetGrain _container = grains.GetGrain<IContainerBudgetGrain>($"{host}/bench");

    public async Task RunAsync()
    {
        Table table = new Table()
            .Title("A lease through the grains, beside an empty grain (same silo, same connection)")
            .AddColumns("operation", "at once", "per second", "p50 us", "p99 us", "empty /s", "empty p50", "empty p99",
                "throughput ratio");
        foreach (int concurrency in Concurrencies)
        {
            await AddAsync(table, "acquire + release", concurrency, LeaseAsync, TwiceEmptyAsync);
        }

        Func<Task> exchange = await ExchangeAsync();
        await AddAsync(table, "exchange (renewal)", 1, exchange, () => _empty.CallAsync().AsTask());
        AnsiConsole.Write(table);
    }

    private static async Task AddAsync(Table table, string name, int concurrency, Func<Task> operation, Func<Task> peer)
    {
        await Round.MeasureAsync(concurrency, operation);
        await Round.MeasureAsync(concurrency, peer);
        var ours = new List<Round>();
        var theirs = new List<Round>();
        for (int round = 0; round < Rounds; round++)
        {
            ours.Add(await Round.MeasureAsync(concurrency, operation));
            theirs.Add(await Round.MeasureAsync(concurrency, peer));
        }

        Round a = Round.Median(ours);
        Round b = Round.Median(theirs);
        table.AddRow(
            name,
            $"{concurrency}",
            Text(a.PerSecond),
            Text(a.P50Microseconds),
            Text(a.P99Microseconds),
            Text(b.PerSecond),
            Text(b.P50Microseconds),
            Text(b.P99Microseconds),
            (a.PerSecond / b.PerSecond).ToString("0.00", CultureInfo.InvariantCulture));
    }

    private static string Text(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    // Two calls, as a lease is an acquire and a release.
    private async Task TwiceEmptyAsync()
    {
        await _empty.CallAsync();
        await _empty.CallAsync();
    }

    private async Task LeaseAsync()
    {
        LeaseAnswer lease = await _subsystem.AcquireAsync(
            new LeaseRequest { RequestId = Guid.NewGuid(), Bytes = 65_536, Urgency = (byte)Urgency.SafeToFail },
            CancellationToken.None);
        if (lease.Outcome != (byte)Outcome.Granted)
        {
            throw new InvalidOperationException($"The bench must not be refused: {lease}");
        }

        await _container.ReleaseLeaseAsync(
            new LeaseClaim
            {
                LeaseId = lease.LeaseId,
                Epoch = lease.Epoch,
                Subsystem = "part",
                Bytes = lease.Bytes,
                Urgency = (byte)Urgency.SafeToFail,
                Ttl = lease.Ttl,
            },
            CancellationToken.None);
    }

    private async Task<Func<Task>> ExchangeAsync()
    {
        Guid session = Guid.NewGuid();
        SessionTerms terms = await _container.OpenAsync(
            new OpenSession { Session = session, Holdings = [] }, CancellationToken.None);
        var exchange = new Exchange { Session = session, Epoch = terms.Epoch, Seen = 0, Holdings = [] };
        return async () =>
        {
            ExchangeAnswer answer = await _container.ExchangeAsync(exchange, CancellationToken.None);
            if (answer.Outcome != (byte)Outcome.Granted)
            {
                throw new InvalidOperationException($"The session must live: {answer}");
            }
        };
    }
}
