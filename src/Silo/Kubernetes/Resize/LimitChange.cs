namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>What became of a change of a container's limit.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Message">Why, in words that fit an answer to whoever asked for memory.</param>
internal sealed record LimitChange(LimitOutcome Outcome, string Message);
