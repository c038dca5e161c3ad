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

    /// <summary>Both in one process.</summary>
    internal const string Both = "both";

    /// <summary>What stands in front of a refusal on the standard output.</summary>
    internal const string RefusalMark = "refusal ";

    /// <summary>All of them.</summary>
    internal static IEnumerable<Command> Create()
        =>
        [
            Create(Store, RunStoreAsync),
            Create(Neighbour, RunNeighbourAsync),
            Create(Both, async (plan, cancellationToken) =>
            {
                EndOutOfMemory();
                Task[] parts = plan.WaveBytes > 0
                    ? [RunStoreAsync(plan, cancellationToken), RunNeighbourAsync(plan, cancellationToken)]
                    : [RunStoreAsync(plan, cancellationToken)];
                await foreach (Task part in Task.WhenEach(parts))
                {
                    await part;
                }
            }),
        ];

    // Such an exception may strike in any part, and be caught by any. Whoever goes on after it goes on half: the
    // process ends, as programs that are told to exit when they are out of memory do.
    private static void EndOutOfMemory()
    {
        AppContext.SetSwitch(PageBlock.ManagedSwitch, true);
        AppDomain.CurrentDomain.FirstChanceException += (_, thrown) =>
        {
            if (thrown.Exception is OutOfMemoryException)
            {
                Environment.FailFast("OutOfMemoryException");
            }
        };
    }

    private static async Task RunStoreAsync(ChildPlan plan, CancellationToken cancellationToken)
    {
        using Scoreboard board = Scoreboard.Open(plan.StoreBoard);
        StoreWork work = new(plan, board, TimeProvider.System);
        await work.RunAsync(cancellationToken);
        Tell(work.Refusals);
    }

    private static async Task RunNeighbourAsync(ChildPlan plan, CancellationToken cancellationToken)
    {
        using Scoreboard board = Scoreboard.Open(plan.NeighbourBoard);
        Work.Neighbour neighbour = new(plan, board, TimeProvider.System);
        await neighbour.RunAsync(cancellationToken);
        Tell(neighbour.Refusals);
    }

    private static void Tell(IReadOnlyDictionary<RefusalKey, long> refusals)
    {
        foreach ((RefusalKey key, long times) in refusals)
        {
            Refusal refusal = new(key.Part, $"{key.Urgency}", key.Reason, key.RefusedBy, $"{key.Rung}", times);
            Console.WriteLine(RefusalMark + JsonSerializer.Serialize(refusal));
        }
    }

    private static Command Create(string name, Func<ChildPlan, CancellationToken, Task> run)
    {
        Argument<string> plan = new("plan");
        Command command = new(name) { plan };
        command.Hidden = true;
        command.SetAction(async (line, cancellationToken) =>
        {
            await run(ChildPlan.Parse(line.GetRequiredValue(plan)), cancellationToken);
            return 0;
        });
        return command;
    }
}
