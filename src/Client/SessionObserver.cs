using Headroom.Contracts;

namespace Headroom;

/// <summary>
/// How an authority says that it has something to tell. A word that is lost costs time: the next renewal tells it.
/// </summary>
internal sealed class SessionObserver(Action<Guid> nudged) : ISessionObserver
{
    public Task NudgeAsync(Guid session)
    {
        nudged(session);
        return Task.CompletedTask;
    }
}
