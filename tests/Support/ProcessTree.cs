using System.Globalization;

namespace Headroom.Support;

/// <summary>Who started whom, from <c>/proc</c>.</summary>
public static class ProcessTree
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The processes that a process started and that have not ended.</summary>
    public static IReadOnlyList<int> ChildrenOf(int processId)
    {
        var children = new List<int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && ParentOf(id) == processId)
            {
                children.Add(id);
            }
        }

        return children;
    }

    /// <summary>Waits until processes have ended.</summary>
    /// <exception cref="InvalidOperationException">One of them did not in time.</exception>
    public static async Task UntilGoneAsync(IReadOnlyList<int> processes)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(Pause);
        while (processes.Any(id => ParentOf(id) is not null))
        {
            if (limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"One of {string.Join(", ", processes)} does not end.");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    // The name may have spaces and brackets in it; the parent is the second field after its last bracket. One that has
    // ended and was not yet waited for counts as gone.
    private static int? ParentOf(int processId)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return null;
        }
    }
}
