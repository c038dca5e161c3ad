namespace Headroom.Client.Tests.Silo;

/// <inheritdoc/>
internal sealed class AppGrain(IMemoryBudget budget) : Grain, IAppGrain
{
    public async Task WorkAsync(long bytes)
    {
        RequestContext.Set("app", new NoOtherProcessKnows());
        using MemoryLease lease = await budget.Subsystem("journal").AcquireAsync(bytes, Urgency.SafeToFail);
        if (RequestContext.Get("app") is not NoOtherProcessKnows)
        {
            throw new InvalidOperationException("The application's own request context was changed.");
        }
    }

    private sealed class NoOtherProcessKnows;
}
