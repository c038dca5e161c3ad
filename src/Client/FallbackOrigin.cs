namespace Headroom;

/// <summary>A lease that is an object of the caller's instead of bytes.</summary>
internal sealed class FallbackOrigin(Fallbacks fallbacks, Fallbacks.Entry entry) : ILeaseOrigin
{
    internal object Object => entry.Object;

    public void Ended(long bytes) => fallbacks.Return(entry);
}
