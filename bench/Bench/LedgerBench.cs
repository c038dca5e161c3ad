using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Headroom.Bench;

/// <summary>A ledger's command at a growing number of leases, sessions and containers: it must cost the same.</summary>
internal static class LedgerBench
{
    private const int Commands = 20_000;
    private const int Rounds = 7;
    private const long Plenty = 1L << 45;
    private static readonly int[] Sizes = [10, 100, 1_000, 10_000, 100_000];

    public static void Run()
    {
        Table table = new Table()
            .Title("One command of a ledger, by how much it holds (nanoseconds; ratio to the smallest)")
            .AddColumns("leases", "acquire + release", "ratio", "renew", "ratio", "containers", "host allot", "ratio");
        var smallest = new double[3];

        // Once for the compiler: its tiers would otherwise be measured with the smallest.
        ContainerLedger warm = Filled(Sizes[0], out List<LeaseReport> warmLeases);
        HostLedger warmHost = Host(Sizes[0], out AllotCommand[] warmCommands);
        Time(i => Acquire(warm, i));
        Time(i => warm.Renew(warmLeases[i % warmLeases.Count], TimeSpan.Zero));
        Time(i => warmHost.Allot(warmCommands[i % warmCommands.Length], TimeSpan.Zero));
        foreach (int size in Sizes)
        {
            ContainerLedger ledger = Filled(size, out List<LeaseReport> leases);
            double acquire = Time(i => Acquire(ledger, i));
            double renew = Time(i => ledger.Renew(leases[i % leases.Count], TimeSpan.Zero));
            int containers = Math.Min(size, HostLedger.MaxContainers);
            HostLedger host = Host(containers, out AllotCommand[] commands);
            double allot = Time(i => host.Allot(commands[i % commands.Length], TimeSpan.Zero));
            if (size == Sizes[0])
            {
                smallest = [acquire, renew, allot];
            }

            table.AddRow(
                $"{size:#,0}",
                Text(acquire),
                Ratio(acquire, smallest[0]),
                Text(renew),
                Ratio(renew, smallest[1]),
                $"{containers:#,0}",
                Text(allot),
                Ratio(allot, smallest[2]));
        }

        AnsiConsole.Write(table);
    }

    private static string Text(double nanoseconds) => nanoseconds.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Ratio(double value, double one) => (value / one)
        .ToString("0.00", CultureInfo.InvariantCulture);

    private static double Time(Action<int> command)
    {
        var rounds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long from = Stopwatch.GetTimestamp();
            for (int i = 0; i < Commands; i++)
            {
                command(i);
            }

            rounds[round] = Stopwatch.GetElapsedTime(from).TotalNanoseconds / Commands;
        }

        Array.Sort(rounds);
        return rounds[Rounds / 2];
    }

    private static void Acquire(ContainerLedger ledger, int i)
    {
        LeaseDecision decision = ledger.Request(Command(4096), TimeSpan.FromTicks(i));
        ledger.Release(Report(ledger, decision), TimeSpan.FromTicks(i));
    }

    private static LeaseCommand Command(long bytes) => new()
    {
        RequestId = Guid.NewGuid(),
        Subsystem = "part",
        Bytes = bytes,
        Urgency = Urgency.SafeToFail,
    };

    private static LeaseReport Report(ContainerLedger ledger, LeaseDecision lease) => new(
        lease.LeaseId, ledger.Epoch, "part", lease.Bytes, Urgency.SafeToFail, lease.Ttl);

    private static ContainerLedger Filled(int leases, out List<LeaseReport> held)
    {
        var row = new ContainerRow
        {
            Name = "bench",
            Epoch = 1,
            Order = 0,
            AllottedBytes = 0,
            LongestTtl = TimeSpan.Zero,
        };
        var rules = new ContainerRules
        {
            LimitBytes = Plenty,
            MustSucceedQuotaBytes = null,
            HostCapacityBytes = Plenty,
            Floors = FloorPolicy.None,
            SessionTtl = TimeSpan.FromHours(1),
            AuthorityLease = TimeSpan.FromHours(1),
            MaxLeaseTtl = TimeSpan.FromHours(1),
        };
        var ledger = new ContainerLedger(row, rules, TimeSpan.FromDays(1), TimeSpan.Zero);
        (_, long call) = ledger.CallHost(tidy: false, TimeSpan.Zero);
        ledger.Ordered(
            new AllotDecision(Outcome.Granted, 1, Plenty, TimeSpan.FromHours(1), default, false),
            call,
            TimeSpan.FromDays(1),
            TimeSpan.Zero);
        held = [];
        for (int i = 0; i < leases; i++)
        {
            held.Add(Report(ledger, ledger.Request(Command(4096), TimeSpan.Zero)));
        }

        return ledger;
    }

    private static HostLedger Host(int containers, out AllotCommand[] commands)
    {
        var host = new HostLedger(HostTable.Empty, FloorPolicy.None, new HostDefaults(Plenty, 0, 0, null));
        commands = new AllotCommand[containers];
        for (int i = 0; i < containers; i++)
        {
            ContainerRow row = host.Join($"c{i}")!;
            commands[i] = new AllotCommand
            {
                Container = row.Name,
                Epoch = row.Epoch,
                Seen = 0,
                KeepBytes = 0,
                LongestTtl = TimeSpan.Zero,
            };
        }

        return host;
    }
}
