namespace Headroom.Support.Kubernetes;

/// <summary>A step of a watch.</summary>
/// <param name="Text">What is written; null for nothing.</param>
/// <param name="Breaks">Whether the connection breaks after it.</param>
/// <param name="Ends">Whether the watch ends after it as it should.</param>
internal sealed record FakeWatchStep(string? Text, bool Breaks = false, bool Ends = false);
