namespace Headroom.Samples.Journal.Engine;

/// <summary>A record that a checkpoint copied.</summary>
/// <param name="Key">Its key.</param>
/// <param name="From">Where it was.</param>
/// <param name="To">Where its copy is.</param>
internal readonly record struct Relocation(string Key, Location From, Location To);
