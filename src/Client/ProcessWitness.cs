using System.Globalization;

namespace Headroom;

/// <summary>Finds what tells this process from all others, so that the host can see when it is gone.</summary>
internal static class ProcessWitness
{
    // Field 22 of /proc/self/stat; the fields behind the name in parentheses begin with number 3.
    private const int StartField = 22 - 3;

    /// <summary>This process; what cannot be found out is 0 or empty.</summary>
    internal static ProcessIdentity Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return ProcessIdentity.None;
        }

        long start = long.TryParse(Stat(), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) ? ticks : 0;
        return new ProcessIdentity(Environment.ProcessId, start, PidNamespace(), BootId());
    }

    private static string Stat()
    {
        string text = Read("/proc/self/stat");
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartField ? fields[StartField] : "";
    }

    // The link reads "pid:[4026531836]".
    private static long PidNamespace()
    {
        string link;
        try
        {
            link = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without /proc the host sees the process no better than we do: unknown is the right answer.
            return 0;
        }

        string digits = link[(link.IndexOf('[', StringComparison.Ordinal) + 1)..].TrimEnd(']');
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long inode) ? inode : 0;
    }

    private static string BootId() => Read("/proc/sys/kernel/random/boot_id").Trim();

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
            return "";
        }
    }
}
