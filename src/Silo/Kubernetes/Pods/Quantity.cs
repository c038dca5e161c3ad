using System.Buffers;
using System.Globalization;

namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>Parses amounts as Kubernetes writes them, such as <c>512Mi</c>, <c>1.5G</c>, <c>2e9</c>.</summary>
internal static class Quantity
{
    // Far more digits than any amount of bytes has: text from a pod's owner must not be worked on for long.
    private const int MaxLength = 32;
    private const int MaxExponent = 18;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("+.0123456789");

    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["n"] = 0.000_000_001m,
        ["u"] = 0.000_001m,
        ["m"] = 0.001m,
        ["k"] = 1_000,
        ["M"] = 1_000_000,
        ["G"] = 1_000_000_000,
        ["T"] = 1_000_000_000_000,
        ["P"] = 1_000_000_000_000_000,
        ["E"] = 1_000_000_000_000_000_000,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
        ["Ti"] = 1L << 40,
        ["Pi"] = 1L << 50,
        ["Ei"] = 1L << 60,
    };

    /// <summary>
    /// Parses an amount of bytes of 0 to <see cref="long.MaxValue"/>; a part of a byte counts as a whole one.
    /// </summary>
    /// <returns>False when the text is no such amount.</returns>
    public static bool TryParseBytes(string? text, out long bytes)
    {
        bytes = 0;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        int digits = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        digits = digits < 0 ? text.Length : digits;
        if (!decimal.TryParse(
                text.AsSpan(0, digits),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out decimal number)
            || Factor(text[digits..]) is not { } factor
            || number > long.MaxValue / factor)
        {
            return false;
        }

        bytes = (long)Math.Ceiling(number * factor);
        return true;
    }

    private static decimal? Factor(string suffix)
    {
        if (Suffixes.TryGetValue(suffix, out decimal factor))
        {
            return factor;
        }

        if (suffix.Length < 2
            || suffix[0] is not ('e' or 'E')
            || !int.TryParse(
                suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent)
            || Math.Abs(exponent) > MaxExponent)
        {
            return null;
        }

        for (factor = 1; exponent > 0; exponent--)
        {
            factor *= 10;
        }

        for (; exponent < 0; exponent++)
        {
            factor /= 10;
        }

        return factor;
    }
}
