namespace Headroom.Silo.Http.Input;

/// <summary>What is wrong with a request, by field, in the order in which it was found.</summary>
internal sealed class InputErrors
{
    // Whoever sends more than this at once is not reading along.
    private const int MaxFields = 16;
    private const int MaxFieldLength = 64;

    private readonly Dictionary<string, string[]> _messages = new(StringComparer.Ordinal);

    /// <summary>The first field found wrong; null while nothing is.</summary>
    public string? First { get; private set; }

    /// <summary>Messages by field.</summary>
    public IReadOnlyDictionary<string, string[]> Messages => _messages;

    /// <summary>
    /// Adds a message. Of several for one field the first stays: the later ones follow from it. A name as long as a
    /// client cares to make it is cut.
    /// </summary>
    public void Add(string field, string message)
    {
        string name = field.Length > MaxFieldLength ? field[..MaxFieldLength] : field;
        if (_messages.Count < MaxFields && _messages.TryAdd(name, [message]))
        {
            First ??= name;
        }
    }
}
