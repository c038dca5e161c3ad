using Headroom.Silo.Kubernetes.Resize;

namespace Headroom.Silo.Tests.Kubernetes;

/// <summary>A change of a limit that was asked for, and has no answer yet.</summary>
internal sealed record LimitAsk(string Container, long LimitBytes)
{
    internal TaskCompletionSource<LimitChange> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Ends(LimitOutcome outcome, string message = "") =>
        Answer.SetResult(new LimitChange(outcome, message));
}
