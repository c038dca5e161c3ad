using System.CommandLine;
using Spectre.Console;

namespace Headroom.Samples.Journal.Commands;

/// <summary>Compacts on request.</summary>
internal static class CompactCommand
{
    internal static Command Create(StoreOptions store)
        => new Command("compact", "Replaces the log by what it is worth.").Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            await opened.Store.CompactAsync(cancellationToken);
            AnsiConsole.Write(Tables.Store(opened.Store.GetStatistics()));
            return 0;
        });
}
