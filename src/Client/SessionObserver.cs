using Headroom.Contracts;

namespace Headroom;

/// <summary>
/// How an authority says that it has something to tell, and asks what is held. A word that is lost costs time: the next
/// renewal tells it.
/// </summary>
internal sealed class SessionObserver(Action<Guid> nudged, Func<Guid, SessionPicture?> look) : ISessionObserver
{
    public Task NudgeAsync(Guid session)
    {
        nudged(session);
        return Task.CompletedTask;
    }

    public Task<HolderView?> LookAsync(Guid session) => Task.FromResult(look(session) is { Open: true } picture
        ? new HolderView
        {
            Epoch = picture.Epoch,
            HeldBytes = picture.CreditBytes + picture.EmergencyBytes + picture.LeasedBytes.Total,
        }
        : null);
}
