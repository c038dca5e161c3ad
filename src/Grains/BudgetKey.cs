namespace Headroom.Grains;

/// <summary>
/// The names in a grain's key: <c>host</c>, <c>host/container</c> or <c>host/container/subsystem</c>.
/// </summary>
internal static class BudgetKey
{
    /// <summary>The key of a container's budget.</summary>
    public static string Of(string host, string container) => $"{host}/{container}";

    /// <summary>Takes a key apart.</summary>
    /// <param name="key">The grain's key.</param>
    /// <param name="parts">How many names it must have.</param>
    /// <exception cref="ArgumentException">The key has another number of names, or one of them is not a
    /// name.</exception>
    public static string[] Split(string key, int parts)
    {
        string[] names = key.Split('/');
        if (names.Length != parts || !Array.TrueForAll(names, ResourceName.IsValid))
        {
            throw new ArgumentException(
                $"A budget's key has {parts} names between slashes; each {ResourceName.Rule}.", nameof(key));
        }

        return names;
    }
}
