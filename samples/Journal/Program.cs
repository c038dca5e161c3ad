using System.CommandLine;
using Headroom.Samples.Journal.Commands;

// Longer than closing a store waits for commits that wait for memory.
InvocationConfiguration configuration = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) };
return await JournalCommand.Create().Parse(args).InvokeAsync(configuration);
