using System.Globalization;

namespace Headroom.Support.Kubernetes;

/// <summary>Amounts of bytes as text, the few forms that are used here.</summary>
internal static class FakeBytes
{
    /// <summary>Parses an amount; null for null.</summary>
    public static long? Parse(string? text) => text switch
    {
        null => null,
        _ when text.EndsWith("Gi", StringComparison.Ordinal) => Number(text) << 30,
        _ when text.EndsWith("Mi", StringComparison.Ordinal) => Number(text) << 20,
        _ when text.EndsWith("Ki", StringComparison.Ordinal) => Number(text) << 10,
        _ => long.Parse(text, CultureInfo.InvariantCulture),
    };

    private static long Number(string text) =>
        long.Parse(text.AsSpan(0, text.Length - 2), CultureInfo.InvariantCulture);
}
