using System.Globalization;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Headroom.Samples.Journal.Workload;
using Headroom.Support;
using Xunit;

namespace Headroom.Journal.Tests;

/// <summary>
/// A child commits numbered transactions and is killed; what it had acknowledged is there, and nothing by halves.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int Rounds = 12;
    private const int Writers = 4;
    private const int Seed = 7;
    private static readonly string Program = typeof(JournalStore).Assembly.Location;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commits_WhenTheProcessIsKilled_AreAllThereAndWhole()
    {
        Random chance = new(Seed);
        long[] acknowledged = new long[Writers];
        long compactedFiles = 0;
        for (int round = 0; round < Rounds; round++)
        {
            await using (ChildProcess child = Start("--memory", "4MiB"))
            {
                int lines = chance.Next(1, 400);
                await ReadAsync(child, acknowledged, lines);
                await child.KillAsync();
                await ReadRestAsync(child, acknowledged);
            }

            IReadOnlyList<long> found = await CheckAsync();
            for (int writer = 0; writer < Writers; writer++)
            {
                Assert.True(
                    found[writer] >= acknowledged[writer],
                    $"Round {round}: writer {writer} was told {acknowledged[writer]}, and {found[writer]} is there.");
                acknowledged[writer] = found[writer];
            }

            compactedFiles += Directory.GetFiles(_folder.Path, "checkpoint-*").Length;
        }

        Assert.True(compactedFiles > 0, "No round had a compaction.");
    }

    [Fact]
    public async Task Commits_WhenTheProcessIsAskedToStop_EndInOrder()
    {
        long[] acknowledged = new long[Writers];
        await using ChildProcess child = Start("--memory", "4MiB");
        await ReadAsync(child, acknowledged, 50);
        Assert.Equal(0, await child.TerminateAsync(TestContext.Current.CancellationToken));
        await ReadRestAsync(child, acknowledged);
        Assert.Equal(acknowledged, await CheckAsync());
    }

    private ChildProcess Start(params string[] arguments)
        => ChildProcess.Start(
            Program,
            ["number", "--store", _folder.Path, "--writers", $"{Writers}", "--seed", $"{Seed}", .. arguments]);

    private async Task<IReadOnlyList<long>> CheckAsync()
    {
        await using JournalStore store = await JournalStore.OpenAsync(_folder.Path, JournalMemory.Unlimited());
        return await new NumberedWork(store, Writers, Seed).CheckAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ReadAsync(ChildProcess child, long[] acknowledged, int lines)
    {
        using CancellationTokenSource limit = new(Limit);
        try
        {
            for (int line = 0; line < lines; line++)
            {
                Note(await child.Lines.ReadAsync(limit.Token), acknowledged);
            }
        }
        catch (Exception none) when (
            none is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            Assert.Fail($"The child did not acknowledge {lines} transactions in {Limit}:{Environment.NewLine}{child}");
        }
    }

    private static async Task ReadRestAsync(ChildProcess child, long[] acknowledged)
    {
        await foreach (string line in child.Lines.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Note(line, acknowledged);
        }
    }

    // A kill may cut the last line short; a line that is whole begins with ack and has two numbers.
    private static void Note(string line, long[] acknowledged)
    {
        string[] words = line.Split(' ');
        if (words is ["ack", _, _])
        {
            int writer = int.Parse(words[1], CultureInfo.InvariantCulture);
            long number = long.TryParse(words[2], CultureInfo.InvariantCulture, out long whole) ? whole : 0;
            acknowledged[writer] = Math.Max(acknowledged[writer], number);
        }
    }
}
