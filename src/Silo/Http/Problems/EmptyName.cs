namespace Headroom.Silo.Http.Problems;

/// <summary>
/// Finds the empty name in a path that no route matched. Routing takes an empty segment for no segment, and its 404
/// would hide that the name is at fault.
/// </summary>
internal static class EmptyName
{
    private static readonly string[] Shape =
        ["", "v1", "hosts", "{host}", "containers", "{container}", "subsystems", "{subsystem}"];

    /// <summary>The field whose name is empty, or null when none is.</summary>
    public static string? Find(string path)
    {
        string[] segments = path.Split('/', Shape.Length + 1);
        for (int index = 0; index < segments.Length && index < Shape.Length; index++)
        {
            bool isName = Shape[index].StartsWith('{');
            if (isName && segments[index].Length == 0)
            {
                return Shape[index].Trim('{', '}');
            }

            if (!isName && !string.Equals(segments[index], Shape[index], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return null;
    }
}
