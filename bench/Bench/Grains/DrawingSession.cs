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

    private DrawingSession(IAuthority authority, string[] subsystems)
    {
        _authority = authority;
        _holdings = Array.ConvertAll(
            subsystems, name => new SubsystemHolding(name, 0, ByUrgency.Of(Urgency.SafeToFail, LeasedBytes)));
        _wants = Array.ConvertAll(
            subsystems, name => new SubsystemWant(name, LeasedBytes + DrawnBytes, Urgency.SafeToFail));
    }

    /// <summary>Opens so many sessions, and lets each draw until it has what it wants.</summary>
    public static async Task<DrawingSession[]> OpenAsync(IAuthority authority, int sessions, string[] subsystems)
    {
        DrawingSession[] opened =
            [.. Enumerable.Range(0, sessions).Select(_ => new DrawingSession(authority, subsystems))];
        foreach (DrawingSession session in opened)
        {
            await session.OpenAsync();
        }

        return opened;
    }

    /// <summary>One exchange.</summary>
    public async Task DrawAsync()
    {
        OrderAnswer order = await ExchangeAsync();
        if (!Acts(order))
        {
            throw new InvalidOperationException($"There must be room for what the bench draws: {order}");
        }
    }

    /// <summary>Ends the session.</summary>
    public ValueTask CloseAsync() => _authority.CloseAsync(_id, CancellationToken.None);

    private async Task OpenAsync()
    {
        var open = new OpenCommand(_id, Guid.Empty, [], default);
        _epoch = (await _authority.OpenAsync(open, CancellationToken.None)).Epoch;

        // Until the host has allotted what is wanted.
        while (!Acts(await ExchangeAsync()))
        {
            await Task.Yield();
        }
    }

    private ValueTask<OrderAnswer> ExchangeAsync() => _authority.ExchangeAsync(
        new ExchangeCommand
        {
            Session = _id,
            Epoch = _epoch,
            Seen = _seen,
            Holdings = _holdings,
            Wants = _wants,
        },
        CancellationToken.None);

    // Whether it is a new order, for all that was wanted.
    private bool Acts(OrderAnswer order)
    {
        if (order.Outcome != Outcome.Granted || order.Shares.Count != _holdings.Length)
        {
            throw new InvalidOperationException($"The session must live: {order}");
        }

        bool drew = order.Order == _seen + 1;
        for (int row = 0; row < _holdings.Length; row++)
        {
            drew &= order.Shares[row].TotalBytes == LeasedBytes + DrawnBytes;
        }

        _seen = order.Order;
        return drew;
    }
}
