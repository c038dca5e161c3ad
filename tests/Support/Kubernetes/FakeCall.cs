namespace Headroom.Support.Kubernetes;

/// <summary>A call that came in.</summary>
/// <param name="Kind">What was asked for.</param>
/// <param name="Number">How many calls of its kind came before it.</param>
/// <param name="Path">Its path and query.</param>
/// <param name="Body">Its body; empty for none.</param>
/// <param name="Token">The bearer token that it showed; null for none.</param>
/// <param name="At">When, in the stopwatch's ticks.</param>
public sealed record FakeCall(
    FakeCallKind Kind, int Number, string Path, string Body, string? Token, long At);
