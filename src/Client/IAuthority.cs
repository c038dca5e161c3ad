namespace Headroom;

/// <summary>
/// The way to a container's authority. A call ends with an answer, or with an exception that says only that there is
/// none: it may have happened.
/// </summary>
internal interface IAuthority : IAsyncDisposable
{
    /// <summary>The container, for messages: "container c on host h".</summary>
    string Name { get; }

    /// <summary>The reserves of other hosts.</summary>
    Remote.ILenders Lenders { get; }

    /// <summary>Told, with a session's id, when its authority wants to be asked at once.</summary>
    Action<Guid>? Nudged { get; set; }

    /// <summary>Asked what is held of a session; null when it is another one. Unset until somebody answers.</summary>
    Func<Guid, SessionPicture?>? Looked { get; set; }

    /// <summary>Connects; goes on trying until it could or is cancelled.</summary>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Opens a session.</summary>
    ValueTask<OpenAnswer> OpenAsync(OpenCommand command, CancellationToken cancellationToken);

    /// <summary>Renews a session and trades credit.</summary>
    ValueTask<OrderAnswer> ExchangeAsync(ExchangeCommand command, CancellationToken cancellationToken);

    /// <summary>Ends a session that holds nothing.</summary>
    ValueTask CloseAsync(Guid session, CancellationToken cancellationToken);

    /// <summary>Asks for leases that can be granted at once, several in one message.</summary>
    /// <returns>A reply to each; Waiting to one that is to be asked for carefully.</returns>
    ValueTask<IReadOnlyList<LeaseReply>> TryAcquireAsync(AttemptBatch batch, CancellationToken cancellationToken);

    /// <summary>Asks for a lease, the careful way.</summary>
    /// <param name="ask">The request.</param>
    /// <param name="wait">How long this call may wait; null for what the urgency allows.</param>
    /// <param name="more">Whether the caller will ask again when it still waits.</param>
    /// <param name="replicas">On how many hosts a loan would be kept; 0 for no loan.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<LeaseReply> AcquireAsync(
        LeaseAsk ask, TimeSpan? wait, bool more, int replicas, CancellationToken cancellationToken);
}
