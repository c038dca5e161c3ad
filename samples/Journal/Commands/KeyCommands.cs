using System.CommandLine;
using System.Text;
using Headroom.Samples.Journal.Engine;

namespace Headroom.Samples.Journal.Commands;

/// <summary>Commands on single keys, and the list of them.</summary>
internal static class KeyCommands
{
    internal static Command CreateGet(StoreOptions store)
    {
        Argument<string> key = new("key");
        Command command = new("get", "Writes a key's value to standard output.") { key };
        return command.Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            using ReadHandle? handle = await opened.Store.OpenReadAsync(line.GetRequiredValue(key), cancellationToken);
            if (handle is null)
            {
                await Console.Error.WriteLineAsync("The key has no value.");
                return JournalCommand.Failed;
            }

            await using Stream output = Console.OpenStandardOutput();
            while (handle.TryRead(out ReadOnlySpan<byte> part))
            {
                output.Write(part);
            }

            return 0;
        });
    }

    internal static Command CreatePut(StoreOptions store)
    {
        Argument<string> key = new("key");
        Argument<string?> value = new("value")
        {
            Description = "Read from standard input when left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command command = new("put", "Gives a key a value, through a writer that stores at close.") { key, value };
        return command.Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            await using WriterHandle writer = await opened.Store.OpenWriterAsync(
                line.GetRequiredValue(key), cancellationToken);
            if (line.GetValue(value) is { } text)
            {
                await writer.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            }
            else
            {
                await CopyAsync(writer, cancellationToken);
            }

            long sequence = await writer.CloseAsync(cancellationToken);
            Console.WriteLine($"Stored by transaction {sequence}.");
            return 0;
        });
    }

    internal static Command CreateDelete(StoreOptions store)
    {
        Argument<string[]> keys = new("keys") { Arity = ArgumentArity.OneOrMore };
        Command command = new("delete", "Deletes keys, all in one transaction.") { keys };
        return command.Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            using Transaction transaction = await opened.Store.BeginAsync(cancellationToken);
            foreach (string key in line.GetRequiredValue(keys))
            {
                await transaction.DeleteAsync(key, cancellationToken);
            }

            Console.WriteLine($"Deleted by transaction {await transaction.CommitAsync()}.");
            return 0;
        });
    }

    internal static Command CreateScan(StoreOptions store)
    {
        Option<string> prefix = new("--prefix")
        {
            DefaultValueFactory = _ => "",
            Description = "Only keys that begin with it.",
        };
        Command command = new("scan", "Lists keys and the lengths of their values.") { prefix };
        return command.Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, null, cancellationToken);
            using Snapshot snapshot = await opened.Store.SnapshotAsync(line.GetValue(prefix)!, cancellationToken);
            foreach ((string key, Location location) in snapshot.Entries.OrderBy(e => e.Key, StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Console.WriteLine($"{location.ValueBytes}\t{key}");
            }

            return 0;
        });
    }

    private static async Task CopyAsync(WriterHandle writer, CancellationToken cancellationToken)
    {
        await using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[16 << 10];
        int read;
        while ((read = await input.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
