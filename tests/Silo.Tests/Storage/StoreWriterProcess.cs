using System.Globalization;
using Headroom.Support;

namespace Headroom.Silo.Tests.Storage;

/// <summary>
/// The child that writes grain state until it is killed, and what it said: what it read, and what was acknowledged.
/// </summary>
internal sealed class StoreWriterProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly ChildProcess _child;

    private StoreWriterProcess(ChildProcess child) => _child = child;

    /// <summary>The value of each grain when this child started.</summary>
    public Dictionary<int, long> Read { get; } = [];

    /// <summary>The last acknowledged value of each grain that this child wrote.</summary>
    public Dictionary<int, long> Acknowledged { get; } = [];

    /// <summary>Starts a child and waits until it has read all grains and begins to write.</summary>
    public static async Task<StoreWriterProcess> StartAsync(string folder, int grains, int ballast, string shape)
    {
        string[] arguments =
        [
            folder,
            $"{FreePort.Next()}",
            $"{FreePort.Next()}",
            grains.ToString(CultureInfo.InvariantCulture),
            ballast.ToString(CultureInfo.InvariantCulture),
            shape,
        ];
        var writer = new StoreWriterProcess(ChildProcess.Start(BuiltProgram.StoreWriter, arguments));
        using var limit = new CancellationTokenSource(Limit);
        await foreach (string line in writer._child.Lines.ReadAllAsync(limit.Token))
        {
            if (line == "go")
            {
                return writer;
            }

            writer.Note(line);
        }

        throw new InvalidOperationException($"The writer ended before it wrote:{Environment.NewLine}{writer._child}");
    }

    /// <summary>
    /// Lets it write until so many writes were acknowledged, and kills it in the middle of the next ones.
    /// </summary>
    public async Task KillAfterAsync(int acknowledgements)
    {
        using var limit = new CancellationTokenSource(Limit);
        for (int seen = 0; seen < acknowledgements; seen++)
        {
            Note(await _child.Lines.ReadAsync(limit.Token));
        }

        await _child.KillAsync();

        // What it had printed by then counts as well: it was acknowledged before it was printed.
        await foreach (string line in _child.Lines.ReadAllAsync(limit.Token))
        {
            Note(line);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _child.DisposeAsync();

    // The last line of a killed process may be cut short, and a number cut short would be a wrong one: "ack 1 12" is
    // only whole with its newline, which the child writes in the same call.
    private void Note(string line)
    {
        string[] words = line.Split(' ');
        if (words.Length == 3 && words[0] is "read" or "ack")
        {
            Dictionary<int, long> table = words[0] == "read" ? Read : Acknowledged;
            int grain = int.Parse(words[1], CultureInfo.InvariantCulture);
            table[grain] = long.Parse(words[2], CultureInfo.InvariantCulture);
        }
    }
}
