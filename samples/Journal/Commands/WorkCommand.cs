using System.CommandLine;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Workload;
using Spectre.Console;

namespace Headroom.Samples.Journal.Commands;

/// <summary>Uses the store in all four ways at once for a while.</summary>
internal static class WorkCommand
{
    internal static Command Create(StoreOptions store)
    {
        Option<int> seconds = Count("--seconds", 10, "How long.");
        Option<int> seed = Count("--seed", 1, "Where chance starts.");
        Option<int> readers = Count("--readers", 4, "How many open and read single values.");
        Option<int> scanners = Count("--scanners", 1, "How many read all values in a row.");
        Option<int> writers = Count("--writers", 2, "How many write values that are stored at close.");
        Option<int> committers = Count("--committers", 4, "How many commit transactions.");
        Option<int> keys = Count("--keys", 500, "How many keys there are.");
        Option<long> value = new("--value")
        {
            Description = "The longest value, such as 256KiB.",
            DefaultValueFactory = _ => 256 << 10,
            CustomParser = ByteSize.Parse,
        };
        Command command = new("work", "Reads, scans, writes and commits at the same time, and says how it went.")
        {
            seconds, seed, readers, scanners, writers, committers, keys, value,
        };
        return command.Does(async (line, cancellationToken) =>
        {
            WorkOptions options = new()
            {
                Duration = TimeSpan.FromSeconds(line.GetValue(seconds)),
                Seed = line.GetValue(seed),
                Readers = line.GetValue(readers),
                Scanners = line.GetValue(scanners),
                Writers = line.GetValue(writers),
                Committers = line.GetValue(committers),
                Keys = Math.Max(1, line.GetValue(keys)),
                MaxValueBytes = (int)Math.Clamp(line.GetValue(value), MixedWork.StampBytes, Frames.MaxValueBytes),
            };
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            MixedWork work = new(opened.Store, options, TimeProvider.System);
            WorkReport report = await work.RunAsync(cancellationToken);
            AnsiConsole.Write(Tables.Facts("work", Facts(report)));
            Tables.Write(opened);
            return report.CommitsFailed == 0 && report.Damaged == 0 ? 0 : JournalCommand.Failed;
        });
    }

    private static IEnumerable<(string Name, string Value)> Facts(WorkReport report)
        => [
            ("seconds", $"{report.Elapsed.TotalSeconds:0.0}"),
            ("commits", $"{Tables.Number(report.Commits)} ({report.Commits / report.Elapsed.TotalSeconds:0}/s)"),
            ("commit latency p50", $"{report.CommitP50.TotalMilliseconds:0.00} ms"),
            ("commit latency p99", $"{report.CommitP99.TotalMilliseconds:0.00} ms"),
            ("commits failed", Tables.Number(report.CommitsFailed)),
            ("transactions refused before commit", Tables.Number(report.TransactionsRefused)),
            ("values stored at close", Tables.Number(report.Closes)),
            ("close failures", Tables.Number(report.CloseFailures)),
            ("writers refused at open or write", Tables.Number(report.WritersRefused)),
            ("values read", Tables.Number(report.Reads)),
            ("bytes read", ByteSize.Format(report.BytesRead)),
            ("reader errors at the safe place", Tables.Number(report.ReadersRefused)),
            ("values damaged", Tables.Number(report.Damaged)),
        ];

    private static Option<int> Count(string name, int value, string description)
    {
        Option<int> option = new(name) { DefaultValueFactory = _ => value, Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) < 0)
            {
                result.AddError($"{name} is less than 0.");
            }
        });
        return option;
    }
}
