using System.CommandLine;
using Headroom.Samples.Journal.Workload;
using Spectre.Console;

namespace Headroom.Samples.Journal.Commands;

/// <summary>Reads the files of a directory into the store, and scans them back.</summary>
internal static class ImportCommand
{
    internal static Command Create(StoreOptions store)
    {
        Argument<DirectoryInfo> source = new("directory")
        {
            Description = "Its files become values; the key is the path in it.",
        };
        source.AcceptExistingOnly();
        Command command = new("import", "Stores all files of a directory, then scans all back and compares hashes.")
        {
            source,
        };
        return command.Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            DirectoryInfo directory = line.GetRequiredValue(source);
            Import import = new(opened.Store, directory.FullName, store.Path(line), TimeProvider.System);
            ImportReport report = await import.RunAsync(cancellationToken);
            foreach (string problem in report.Problems)
            {
                await Console.Error.WriteLineAsync(problem);
            }

            AnsiConsole.Write(Tables.Facts(
                "import",
                ("files", Tables.Number(report.Files)),
                ("bytes", Tables.Number(report.Bytes)),
                ("transactions", Tables.Number(report.Transactions)),
                ("refused and tried again", Tables.Number(report.Refusals)),
                ("skipped", Tables.Number(report.Skipped)),
                ("scanned back", Tables.Number(report.Verified)),
                ("different", Tables.Number(report.Different)),
                ("import, scan", $"{report.ImportTime.TotalSeconds:0.00} s, {report.ScanTime.TotalSeconds:0.00} s")));
            Tables.Write(opened);
            return report.Different == 0 && report.Skipped == 0 ? 0 : JournalCommand.Failed;
        });
    }
}
