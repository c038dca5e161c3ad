using System.CommandLine;
using Headroom.Samples.Journal.Engine;
using Spectre.Console;

namespace Headroom.Samples.Journal.Commands;

/// <summary>Reads everything there is and checks it.</summary>
internal static class VerifyCommand
{
    internal static Command Create(StoreOptions store)
    {
        Command command = new("verify", "Recovers the store and checks every record and value.");
        return command.Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            using Snapshot snapshot = await opened.Store.SnapshotAsync("", cancellationToken);
            long bytes = 0;
            int damaged = 0;
            foreach (KeyValuePair<string, Location> entry in snapshot.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    using ReadHandle handle = await opened.Store.OpenReadAsync(entry, cancellationToken);
                    while (handle.TryRead(out ReadOnlySpan<byte> part))
                    {
                        bytes += part.Length;
                    }
                }
                catch (JournalCorruptException found)
                {
                    damaged++;
                    await Console.Error.WriteLineAsync($"{entry.Key}: {found.Message}");
                }
            }

            AnsiConsole.Write(Tables.Facts(
                "verified",
                ("values", Tables.Number(snapshot.Entries.Count)),
                ("bytes", Tables.Number(bytes)),
                ("damaged", Tables.Number(damaged))));
            Tables.Write(opened);
            return damaged == 0 ? 0 : JournalCommand.Failed;
        });
    }
}
