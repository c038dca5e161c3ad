namespace Headroom.Silo.Monitoring;

/// <summary>What was read, or why nothing could be: a file that is missing or vanishes is a reading, not an
/// exception.</summary>
/// <param name="Value">What was read; null when it could not be.</param>
/// <param name="Failure">Why not, naming the file; null when it was read.</param>
internal readonly record struct Reading<T>(T? Value, string? Failure)
    where T : class
{
    /// <summary>A reading that was made.</summary>
    public static Reading<T> Of(T value) => new(value, null);

    /// <summary>A reading that could not be made.</summary>
    public static Reading<T> Absent(string failure) => new(null, failure);
}
