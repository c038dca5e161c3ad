using System.Globalization;

namespace Headroom.Silo.Monitoring;

/// <summary>Parses the kernel's figures. Whatever is not exactly a figure is none: nothing is guessed.</summary>
internal static class Figures
{
    /// <summary>
    /// From here on a limit means "no limit": 4 EiB, more than any machine has. cgroup v1 writes the largest count of
    /// pages times the page size, which differs between machines, and older kernels the largest integer, signed or not.
    /// </summary>
    public const ulong NoLimitBytes = 1UL << 62;

    /// <summary>Parses a count of 0 to <see cref="long.MaxValue"/>; null when it is none.</summary>
    public static long? Count(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : null;

    /// <summary>Parses a limit: true when it is one, with null bytes for "max" and for v1's huge number.</summary>
    public static bool TryLimit(ReadOnlySpan<char> text, out long? bytes)
    {
        text = text.Trim();
        bytes = null;
        if (text.SequenceEqual("max"))
        {
            return true;
        }

        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
        {
            return false;
        }

        bytes = value < NoLimitBytes ? (long)value : null;
        return true;
    }

    /// <summary>Finds the rest of the line that begins with a key and a space or colon; empty when there is
    /// none.</summary>
    public static ReadOnlySpan<char> Field(string text, string key)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key, StringComparison.Ordinal)
                && line.Length > key.Length && line[key.Length] is ' ' or ':')
            {
                return line[(key.Length + 1)..].Trim();
            }
        }

        return [];
    }
}
