using System.CommandLine;
using Headroom.Samples.Journal.Engine;
using Microsoft.Extensions.Options;

namespace Headroom.Samples.Journal.Commands;

/// <summary>The command line.</summary>
internal static class JournalCommand
{
    /// <summary>How a command ends that did not do what was asked.</summary>
    internal const int Failed = 1;

    /// <summary>How a command ends that was told to stop.</summary>
    internal const int Stopped = 130;

    internal static RootCommand Create()
    {
        StoreOptions store = new();
        RootCommand root = new("A small journaling key-value store that asks Headroom for its memory.")
        {
            ImportCommand.Create(store),
            KeyCommands.CreateGet(store),
            KeyCommands.CreatePut(store),
            KeyCommands.CreateDelete(store),
            KeyCommands.CreateScan(store),
            VerifyCommand.Create(store),
            CompactCommand.Create(store),
            WorkCommand.Create(store),
            NumberCommand.Create(store),
        };
        store.AddTo(root);
        return root;
    }

    /// <summary>
    /// Gives a command what it does, and turns what can go wrong outside of it into one line and an exit code.
    /// </summary>
    internal static Command Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (line, cancellationToken) =>
        {
            try
            {
                return await action(line, cancellationToken);
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ArgumentException
                or JournalCorruptException or MemoryRefusedException or OptionsValidationException)
            {
                await Console.Error.WriteLineAsync(failed.Message);
                return Failed;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("Stopped.");
                return Stopped;
            }
        });
        return command;
    }
}
