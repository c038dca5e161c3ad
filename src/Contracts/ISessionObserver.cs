using Orleans.Concurrency;

namespace Headroom.Contracts;

/// <summary>
/// A client as its authority reaches it. What is told here may be lost: it only makes quick what the next renewal
/// brings
/// anyway.
/// </summary>
[Alias("headroom.ISessionObserver")]
public interface ISessionObserver : IGrainObserver
{
    /// <summary>There is a new order for this session: exchange at once.</summary>
    [Alias("Nudge"), OneWay]
    Task NudgeAsync(Guid session);

    /// <summary>
    /// What the client holds of this session, by its own account; null when it has another one, or none.
    /// </summary>
    [Alias("Look")]
    Task<HolderView?> LookAsync(Guid session);
}
