namespace Headroom.Samples.Journal.Engine;

/// <summary>What a transaction does to a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Location">Where its value is now; null when the key is deleted.</param>
internal readonly record struct Change(string Key, Location? Location);
