using System.Text.Json;

namespace Headroom.Silo.Http.Input;

/// <summary>
/// The properties of one JSON object, read strictly: a number is a number and not a string of digits, an integer has no
/// fraction and no exponent, and null is no value. Collects what is wrong in <see cref="Errors"/>; a value that is
/// wrong reads as absent.
/// </summary>
internal sealed class JsonFields
{
    private const string Whole = "body";

    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);

    private JsonFields()
    {
    }

    /// <summary>What is wrong with the object and with the properties read so far.</summary>
    public InputErrors Errors { get; } = new();

    /// <summary>Takes an object apart.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="known">The names that it may have; every other one is an error.</param>
    public static JsonFields Parse(ReadOnlySpan<byte> json, IReadOnlyCollection<string> known)
    {
        var fields = new JsonFields();
        try
        {
            fields.Take(JsonElement.Parse(json), known);
        }
        catch (JsonException error)
        {
            fields.Errors.Add(
                Whole,
                "must be one well-formed JSON object; "
                + $"it is not at line {error.LineNumber + 1}, byte {error.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // A name or a value that is well-formed JSON and no text: bytes that are not UTF-8, half of a surrogate
            // pair.
            fields.Errors.Add(Whole, "must be valid UTF-8, and its escapes valid Unicode");
        }

        return fields;
    }

    /// <summary>An integer.</summary>
    /// <param name="name">The property.</param>
    /// <param name="least">The smallest allowed value.</param>
    /// <param name="most">The largest.</param>
    /// <param name="range">The allowed range in words, to follow "must be ".</param>
    public long? Integer(string name, long least, long most, string range)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            && number >= least && number <= most)
        {
            return number;
        }

        Errors.Add(name, $"must be {range}");
        return null;
    }

    /// <summary>A number of seconds, with or without a fraction.</summary>
    public TimeSpan? Seconds(string name, int most)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal seconds)
            && seconds >= 0 && seconds <= most)
        {
            return TimeSpan.FromMilliseconds((long)(seconds * 1000));
        }

        Errors.Add(name, $"must be a number of seconds from 0 to {most}");
        return null;
    }

    /// <summary>True or false.</summary>
    public bool? Flag(string name)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Errors.Add(name, "must be true or false");
        return null;
    }

    /// <summary>A text that a rule accepts.</summary>
    /// <param name="name">The property.</param>
    /// <param name="accepts">The rule.</param>
    /// <param name="rule">The rule in words, to follow "must be ".</param>
    public string? Text(string name, Predicate<string> accepts, string rule)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && accepts(text))
        {
            return text;
        }

        Errors.Add(name, $"must be {rule}");
        return null;
    }

    /// <summary>One of some words in any case, or its number, counted from 0.</summary>
    public byte? Word(string name, IReadOnlyList<string> words)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetByte(out byte number) && number < words.Count)
        {
            return number;
        }

        for (int index = 0; value.ValueKind == JsonValueKind.String && index < words.Count; index++)
        {
            if (string.Equals(words[index], value.GetString(), StringComparison.OrdinalIgnoreCase))
            {
                return (byte)index;
            }
        }

        Errors.Add(name, $"must be 0 to {words.Count - 1}, or one of {string.Join(", ", words)}");
        return null;
    }

    /// <summary>Says that a property must be there.</summary>
    public void Require(string name, string range)
    {
        if (!_values.ContainsKey(name))
        {
            Errors.Add(name, $"is required: {range}");
        }
    }

    private void Take(JsonElement json, IReadOnlyCollection<string> known)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Errors.Add(Whole, "must be a JSON object");
            return;
        }

        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                Errors.Add(property.Name, known.Count == 0
                    ? "is not known here; the object has no fields"
                    : $"is not known here; the fields are {string.Join(", ", known)}");
            }
            else if (!_values.TryAdd(property.Name, property.Value))
            {
                Errors.Add(property.Name, "is given more than once");
            }
            else if (property.Value.ValueKind == JsonValueKind.String)
            {
                // Decoded here, so that text which cannot be decoded is found before anybody reads it.
                property.Value.GetString();
            }
        }
    }
}
