namespace Headroom;

/// <summary>Where a lease comes from when it is not, or not only, from credit: told when the lease ends.</summary>
internal interface ILeaseOrigin
{
    /// <summary>The lease has ended. Called once, from any thread; must not block.</summary>
    void Ended(long bytes);
}
