using System.Text.Json;

namespace Headroom.Silo.Http;

/// <summary>
/// Reads a JSON object strictly: each field of the right kind and range, none unknown, none twice. Every mistake is a
/// <see cref="FieldException"/> that names the field and what is allowed.
/// </summary>
internal sealed class Fields
{
    /// <summary>The longest body: many times what any request needs.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    private readonly Dictionary<string, JsonElement> _values;

    private Fields(Dictionary<string, JsonElement> values) => _values = values;

    /// <summary>Reads the body of a request.</summary>
    /// <param name="request">The request; its content type was checked by the caller.</param>
    /// <param name="known">The names that may occur.</param>
    /// <exception cref="FieldException">The body is too long, no JSON object, or has a field that is not known.</exception>
    public static async Task<Fields> ReadAsync(HttpRequest request, params string[] known)
    {
        byte[] buffer = new byte[MaxBodyBytes + 1];
        int length = await request.Body.ReadAtLeastAsync(
            buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (length > MaxBodyBytes)
        {
            throw new FieldException("body", $"must be at most {MaxBodyBytes} bytes");
        }

        return Parse(buffer.AsMemory(0, length), known);
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="FieldException">It is no JSON object, or has a field that is not known.</exception>
    public static Fields Parse(ReadOnlyMemory<byte> json, params string[] known)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FieldException("body", "must be a JSON object");
            }

            var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(property.Name, StringComparer.Ordinal))
                {
                    throw new FieldException(Shown(property.Name), $"is not known here; there are {string.Join(", ", known)}");
                }

                if (!values.TryAdd(property.Name, property.Value.Clone()))
                {
                    throw new FieldException(property.Name, "must be there once");
                }
            }

            return new Fields(values);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not valid UTF-16, such as a lone surrogate.
            throw new FieldException("body", "must be valid JSON");
        }
    }

    /// <summary>A whole number, or null where the field is absent.</summary>
    public long? Integer(string name, long least, long most)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        // A number with a point or an exponent is no whole number here, whatever its value: 1.0 and 1e3 are mistakes.
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            && !value.GetRawText().AsSpan().ContainsAny(".eE") && number >= least && number <= most
            ? number
            : throw new FieldException(name, $"must be a whole number from {least} to {most}");
    }

    /// <summary>A whole number that must be there.</summary>
    public long RequiredInteger(string name, long least, long most) =>
        Integer(name, least, most) ?? throw new FieldException(name, $"must be there: a whole number from {least} to {most}");

    /// <summary>A text, or null where the field is absent.</summary>
    /// <param name="name">The field.</param>
    /// <param name="isValid">Whether a text is allowed.</param>
    /// <param name="rule">What is allowed, for the message; begins with "must".</param>
    public string? Text(string name, Func<string, bool> isValid, string rule)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && TextOf(value) is { } text && isValid(text)
            ? text
            : throw new FieldException(name, rule);
    }

    /// <summary>An urgency as 0 to 3 or its name, or null where the field is absent.</summary>
    public Urgency? Urgency(string name) => Named<Urgency>(name, "must be 0 to 3, or Optional, SafeToFail, RiskyToFail or MustSucceed");

    /// <summary>A last resort as its number or name, or null where the field is absent.</summary>
    public LastResort? LastResort(string name) =>
        Named<LastResort>(name, "must be 0 to 3, or Wait, Fallback, ReadOnly or FailStop");

    private T? Named<T>(string name, string rule)
        where T : struct, Enum
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            return (T)Enum.ToObject(typeof(T), NumberOf(name, value, rule));
        }

        // Names only: Enum.TryParse would take "7" and "Optional, SafeToFail", too.
        string? text = value.ValueKind == JsonValueKind.String ? TextOf(value) : null;
        foreach (T known in Enum.GetValues<T>())
        {
            if (string.Equals(text, known.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return known;
            }
        }

        throw new FieldException(name, rule);
    }

    private static byte NumberOf(string name, JsonElement value, string rule) =>
        value.GetRawText() is [>= '0' and <= '3'] digit ? (byte)(digit[0] - '0') : throw new FieldException(name, rule);

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // The name of an unknown field is the caller's text: it is shown only as far as it is harmless.
    private static string Shown(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => c is > ' ' and < (char)127) ? name : "body";
}
