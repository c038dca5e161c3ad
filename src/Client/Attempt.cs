namespace Headroom;

/// <summary>A first attempt that waits to be sent or answered.</summary>
internal sealed class Attempt(LeaseAsk ask, CancellationToken cancellationToken)
    : TaskCompletionSource<LeaseReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    internal LeaseAsk Ask { get; } = ask;

    /// <summary>Whether its caller waits no longer.</summary>
    internal bool IsGivenUp => cancellationToken.IsCancellationRequested;
}
