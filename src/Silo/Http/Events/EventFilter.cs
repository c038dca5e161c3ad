using Headroom.Grains.Events;
using Headroom.Silo.Http.Input;
using Microsoft.Extensions.Primitives;

namespace Headroom.Silo.Http.Events;

/// <summary>Which events a client wants.</summary>
internal sealed class EventFilter
{
    private static readonly EventType[] Types = Enum.GetValues<EventType>();
    private static readonly string[] Names = [.. Types.Select(Name)];

    private readonly HashSet<EventType>? _types;
    private readonly string? _container;

    private EventFilter(HashSet<EventType>? types, string? container) => (_types, _container) = (types, container);

    /// <summary>The names of all types, as the API writes them.</summary>
    public static IReadOnlyList<string> AllTypes => Names;

    /// <summary>The name of a type in the API.</summary>
    public static string Name(EventType type) => Words.Camel(type.ToString());

    /// <summary>Reads the query: <c>types</c>, separated by commas or repeated, and <c>container</c>.</summary>
    public static EventFilter Read(IQueryCollection query, InputErrors errors)
    {
        HashSet<EventType>? types = null;
        if (query.TryGetValue("types", out StringValues wanted))
        {
            types = [];
            foreach (string name in wanted.SelectMany(part => (part ?? "").Split(',', StringSplitOptions.TrimEntries)))
            {
                int index =
                    Array.FindIndex(Names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
                if (index < 0)
                {
                    errors.Add("types", $"must be some of {string.Join(", ", Names)}, separated by commas");
                    break;
                }

                types.Add(Types[index]);
            }
        }

        string? container = null;
        if (query.TryGetValue("container", out StringValues containers))
        {
            container = containers.Count == 1 ? containers[0] : null;
            if (!ResourceName.IsValid(container))
            {
                errors.Add("container", ResourceName.Rule);
            }
        }

        return new EventFilter(types, container);
    }

    /// <summary>Whether the client wants an event. That some were missed it is always told.</summary>
    public bool Wants(in HeadroomEvent happened) => happened.Type == EventType.Dropped
        || ((_types is null || _types.Contains(happened.Type))
            && (_container is null || string.Equals(_container, happened.Container, StringComparison.Ordinal)));
}
