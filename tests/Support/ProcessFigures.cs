using System.Globalization;

namespace Headroom.Support;

/// <summary>What a process uses, from <c>/proc</c>.</summary>
/// <param name="ResidentBytes">Memory in use.</param>
/// <param name="Threads">How many threads.</param>
/// <param name="Handles">How many open files and sockets.</param>
public readonly record struct ProcessFigures(long ResidentBytes, int Threads, int Handles)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="IOException">There is no such process any more.</exception>
    public static ProcessFigures Read(int processId)
    {
        string[] status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessFigures(
            Number(status, "VmRSS:") * 1024,
            (int)Number(status, "Threads:"),
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length);
    }

    private static long Number(string[] status, string name)
    {
        string line = status.First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(
            line[name.Length..].Trim().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
