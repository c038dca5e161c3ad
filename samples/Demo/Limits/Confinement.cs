namespace Headroom.Samples.Demo.Limits;

/// <summary>How a child process comes under a limit.</summary>
/// <param name="Script">What its shell does before it becomes the program.</param>
/// <param name="Environment">Variables that it is given.</param>
internal sealed record Confinement(string Script, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>None.</summary>
    internal static Confinement None { get; } = new("true", new Dictionary<string, string>());
}
