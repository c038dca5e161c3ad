using System.CommandLine.Parsing;
using System.Globalization;

namespace Headroom.Samples.Journal.Commands;

/// <summary>Amounts of memory as people write them.</summary>
internal static class ByteSize
{
    private static readonly (string Suffix, long Factor)[] Units =
        [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1), ("", 1)];

    /// <summary>Understands <c>64MiB</c>, <c>1GiB</c>, <c>4096</c>.</summary>
    internal static bool TryParse(string text, out long bytes)
    {
        foreach ((string suffix, long factor) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(
                    text[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                && count > 0
                && count <= long.MaxValue / factor)
            {
                bytes = count * factor;
                return true;
            }
        }

        bytes = 0;
        return false;
    }

    /// <summary>An amount with a unit that makes it short.</summary>
    internal static string Format(long bytes)
    {
        (string suffix, long factor) = Units.First(unit => Math.Abs(bytes) >= unit.Factor || unit.Factor == 1);
        return factor == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / factor:0.0} {suffix}");
    }

    /// <summary>For an option whose value is an amount; complains by the option's name.</summary>
    internal static long Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!TryParse(text, out long bytes))
        {
            result.AddError($"'{text}' is no amount of memory such as 64MiB.");
        }

        return bytes;
    }
}
