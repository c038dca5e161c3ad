namespace Headroom.Bench;

/// <summary>
/// A session that draws at the level of the protocol, by the SDK's own translation and connection: each exchange gives
/// back what the one before it drew as credit, and draws it anew. So each changes the books twice and has a new order.
/// </summary>
internal sealed class DrawingSession
{
    /// <summary>What is in use in each subsystem all the time.</summary>
    public const long LeasedBytes = 64L << 10;

    /// <summary>What each exchange draws for each subsystem, beyond that.</summary>
    public const long DrawnBytes = 64L << 10;

    private readonly IAuthority _authority;
    private readonly Guid _id = Guid.NewGuid();
    private readonly SubsystemHolding[] _holdings;
    private readonly SubsystemWant[] _wants;
    private long _epoch;
    private long _seen;

    private DrawingSession(IAuthority authority, IEnumerable<string> subsystems)
    {
        _authority = authority;
        _holdings =
        [
            .. subsystems.Select(name => new SubsystemHolding(name, 0, ByUrgency.Of(Urgency.SafeToFail, LeasedBytes))),
        ];
        _wants =
        [
            .. _holdings.Select(row => new SubsystemWant(
                row.Subsystem, LeasedBytes + DrawnBytes, Urgency.SafeToFail)),
        ];
    }

    /// <summary>Opens a session and lets it draw until it has what it wants.</summary>
    public static async Task<DrawingSession> OpenAsync(IAuthority authority, IEnumerable<string> subsystems)
    {
        var session = new DrawingSession(authority, subsystems);
        OpenAnswer terms = await authority.OpenAsync(
            new OpenCommand(session._id, Guid.Empty, [], default), CancellationToken.None);
        session._epoch = terms.Epoch;

        // The first ones wait for the allotment of the host.
        while (!await session.TryDrawAsync())
        {
            await Task.Yield();
        }

        return session;
    }

    /// <summary>One exchange.</summary>
    public async Task DrawAsync()
    {
        if (!await TryDrawAsync())
        {
            throw new InvalidOperationException("There must be room for what the bench draws.");
        }
    }

    /// <summary>Ends the session.</summary>
    public ValueTask CloseAsync() => _authority.CloseAsync(_id, CancellationToken.None);

    private async Task<bool> TryDrawAsync()
    {
        var exchange = new ExchangeCommand
        {
            Session = _id,
            Epoch = _epoch,
            Seen = _seen,
            Holdings = _holdings,
            Wants = _wants,
        };
        OrderAnswer order = await _authority.ExchangeAsync(exchange, CancellationToken.None);
        if (order.Outcome != Outcome.Granted || order.Shares.Count != _holdings.Length)
        {
            throw new InvalidOperationException($"The session must live: {order}");
        }

        bool drew = order.Order == _seen + 1;
        foreach (SubsystemShare share in order.Shares)
        {
            drew &= share.TotalBytes == LeasedBytes + DrawnBytes;
        }

        _seen = order.Order;
        return drew;
    }
}
