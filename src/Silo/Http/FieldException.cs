namespace Headroom.Silo.Http;

/// <summary>A caller's mistake in one field of its request.</summary>
internal sealed class FieldException(string field, string message) : Exception(message)
{
    /// <summary>The field, in camelCase as in the API.</summary>
    public string Field { get; } = field;
}
