using System.Text.RegularExpressions;

namespace Headroom;

/// <summary>Values of attributes, made once.</summary>
internal static partial class TelemetryText
{
    /// <summary>The names of an enum, as <c>must_succeed</c>, by value; its values start at 0 without gaps.</summary>
    internal static string[] Values<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(Snake)];

    private static string Snake(string name) => WordStart().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
