using System.CommandLine;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Workload;

namespace Headroom.Samples.Journal.Commands;

/// <summary>Commits numbered transactions until it is killed, for tests of what is there then.</summary>
internal static class NumberCommand
{
    // Small, so that segments change and compactions run all the time.
    private static readonly JournalOptions Busy = new() { SegmentBytes = 64 << 10, CompactionSlackBytes = 128 << 10 };

    internal static Command Create(StoreOptions store)
    {
        Option<int> writers = new("--writers")
        {
            DefaultValueFactory = _ => 4,
            Description = "How many commit at the same time.",
        };
        Option<int> seed = new("--seed") { DefaultValueFactory = _ => 1, Description = "Where chance starts." };
        Option<bool> check = new("--check") { Description = "Only check what earlier runs left." };
        Command command = new("number", "Commits numbered transactions and prints each that is durable, until stopped.")
        {
            writers,
            seed,
            check,
        };
        return command.Does(async (line, cancellationToken) =>
        {
            await using OpenStore opened = await store.OpenAsync(line, Busy, cancellationToken);
            NumberedWork work = new(opened.Store, line.GetValue(writers), line.GetValue(seed));
            IReadOnlyList<long> last = await work.CheckAsync(cancellationToken);
            Console.WriteLine($"found {string.Join(' ', last)}");
            if (!line.GetValue(check))
            {
                await work.RunAsync((writer, number) => Console.WriteLine($"ack {writer} {number}"), cancellationToken);
            }

            return 0;
        });
    }
}
