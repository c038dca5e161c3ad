namespace Headroom.Samples.Journal.Engine;

/// <summary>The order in which entries lie in the files.</summary>
internal sealed class FileOrder : IComparer<KeyValuePair<string, Location>>
{
    internal static readonly FileOrder Instance = new();

    /// <inheritdoc/>
    public int Compare(KeyValuePair<string, Location> x, KeyValuePair<string, Location> y)
    {
        int number = x.Value.File.Header.Number.CompareTo(y.Value.File.Header.Number);
        return number != 0 ? number : x.Value.Offset.CompareTo(y.Value.Offset);
    }
}
