namespace Headroom;

/// <summary>
/// Starts what goes on for long, or on nobody's behalf: it must not count as part of the call, the trace or the request
/// during which it happened to begin.
/// </summary>
internal static class Background
{
    internal static Task Run(Func<Task> work)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return Task.Run(work);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }
}
