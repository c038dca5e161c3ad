using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Headroom.Silo.Http.Input;

/// <summary>
/// The parameters of a query, read as strictly as a body. Collects what is wrong in <see cref="Errors"/>; a value that
/// is wrong reads as 0.
/// </summary>
internal sealed class QueryFields(IQueryCollection query)
{
    /// <summary>What is wrong with the parameters read so far.</summary>
    public InputErrors Errors { get; } = new();

    /// <summary>An integer that must be there, in decimal digits.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="least">The smallest allowed value.</param>
    /// <param name="range">The allowed range in words, to follow "must be ".</param>
    public long Integer(string name, long least, string range)
    {
        if (Single(name, range) is not { } text)
        {
            return 0;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least)
        {
            return number;
        }

        Errors.Add(name, $"must be {range}");
        return 0;
    }

    /// <summary>One of some words that must be there, in any case, or its number, counted from 0.</summary>
    public byte Word(string name, IReadOnlyList<string> words)
    {
        string range = $"0 to {words.Count - 1}, or one of {string.Join(", ", words)}";
        if (Single(name, range) is not { } text)
        {
            return 0;
        }

        for (int index = 0; index < words.Count; index++)
        {
            if (string.Equals(words[index], text, StringComparison.OrdinalIgnoreCase)
                || text == index.ToString(CultureInfo.InvariantCulture))
            {
                return (byte)index;
            }
        }

        Errors.Add(name, $"must be {range}");
        return 0;
    }

    private string? Single(string name, string range)
    {
        if (!query.TryGetValue(name, out StringValues values) || values.Count == 0)
        {
            Errors.Add(name, $"is required: {range}");
            return null;
        }

        if (values.Count > 1)
        {
            Errors.Add(name, "is given more than once");
            return null;
        }

        return values[0] ?? "";
    }
}
