using System.CommandLine;
using System.Text.Json;
using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Reports;
using Headroom.Samples.Demo.Runs;
using Headroom.Samples.Demo.Work;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Demo.Commands;

/// <summary>The child processes of a run, as commands that nobody types.</summary>
internal static class ChildCommands
{
    /// <summary>The process of the store.</summary>
    internal const string Store = "store";

    /// <summary>The process of the neighbour.</summary>
    internal const string Neighbour = "neighbour";

    /// <summary>What stands in front of a refusal on the standard output.</summary>
    internal const string RefusalMark = "refusal ";

    internal static Command CreateStore()
        => Create(Store, async (plan, board, cancellationToken) =>
        {
            StoreWork work = new(plan, board, TimeProvider.System);
            await work.RunAsync(cancellationToken);
            return work.Refusals;
        });

    internal static Command CreateNeighbour()
        => Create(Neighbour, async (plan, board, cancellationToken) =>
        {
            Neighbour neighbour = new(plan, board, TimeProvider.System);
            await neighbour.RunAsync(cancellationToken);
            return neighbour.Refusals;
        });

    private static Command Create(
        string name,
        Func<ChildPlan, Scoreboard, CancellationToken, Task<IReadOnlyDictionary<RefusalKey, long>>> run)
    {
        Argument<string> plan = new("plan");
        Command command = new(name) { plan };
        command.Hidden = true;
        command.SetAction(async (line, cancellationToken) =>
        {
            ChildPlan parsed = ChildPlan.Parse(line.GetRequiredValue(plan));
            using Scoreboard board = Scoreboard.Open(parsed.Board);
            foreach ((RefusalKey key, long times) in await run(parsed, board, cancellationToken))
            {
                Refusal refusal = new(key.Part, $"{key.Urgency}", key.Reason, key.RefusedBy, $"{key.Rung}", times);
                Console.WriteLine(RefusalMark + JsonSerializer.Serialize(refusal));
            }

            return 0;
        });
        return command;
    }
}
