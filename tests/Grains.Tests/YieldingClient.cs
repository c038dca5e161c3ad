using Headroom.Contracts;

namespace Headroom.Grains.Tests;

/// <summary>
/// One session, by the letter of the protocol: everything it draws is leased at once, and what is asked back it gives
/// back when it is nudged, if it complies.
/// </summary>
internal sealed class YieldingClient : ISessionObserver, IDisposable
{
    private readonly IContainerBudgetGrain _budget;
    private readonly string _subsystem;
    private readonly bool _complies;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Guid _session = Guid.NewGuid();
    private long _epoch;
    private long _seen;
    private readonly long[] _leased = new long[4];
    private long _emergency;
    private readonly Timer _renewals;
    private ISessionObserver? _reference;

    private YieldingClient(IContainerBudgetGrain budget, string subsystem, bool complies)
    {
        _budget = budget;
        _subsystem = subsystem;
        _complies = complies;
        _renewals = new Timer(_ => RenewAsync().Ignore());
    }

    public ExchangeAnswer? Last { get; private set; }

    public int Nudges { get; private set; }

    public IReadOnlyList<long> Leased => _leased;

    public long EmergencyBytes => _emergency;

    public Entitlement Share => Last!.Entitlements.Single(share => share.Subsystem == _subsystem);

    public static async Task<YieldingClient> OpenAsync(
        IGrainFactory grains, IContainerBudgetGrain budget, string subsystem, bool complies = true)
    {
        var client = new YieldingClient(budget, subsystem, complies);
        client._reference = grains.CreateObjectReference<ISessionObserver>(client);
        SessionTerms terms = await budget.OpenAsync(
            new OpenSession { Session = client._session, Holdings = [], Observer = client._reference },
            CancellationToken.None);
        client._epoch = terms.Epoch;
        client._renewals.Change(terms.Ttl / 3, terms.Ttl / 3);
        return client;
    }

    /// <summary>Draws bytes and leases all of them.</summary>
    public async Task TakeAsync(long bytes, Urgency urgency)
    {
        await ExchangeAsync(bytes, urgency);
        _leased[(int)urgency] += Share.TotalBytes - _emergency - _leased.Sum();
        await ExchangeAsync(0, urgency);
    }

    /// <summary>Draws at must-succeed, which has no floor, what it then leases at another urgency.</summary>
    public async Task FillAsync(long bytes, Urgency urgency)
    {
        await ExchangeAsync(bytes, Urgency.MustSucceed);
        _leased[(int)urgency] += Share.TotalBytes - _emergency - _leased.Sum();
        await ExchangeAsync(0, urgency);
    }

    public void Dispose()
    {
        _renewals.Dispose();
        _turn.Dispose();
    }

    /// <summary>What it says that it holds beyond what it was told.</summary>
    public long ClaimedBytes { get; set; }

    public Task<HolderView?> LookAsync(Guid session) => Task.FromResult(session == _session
        ? new HolderView { Epoch = _epoch, HeldBytes = _leased.Sum() + _emergency + ClaimedBytes }
        : null);

    public Task NudgeAsync(Guid session)
    {
        Nudges++;
        return RenewAsync();
    }

    /// <summary>Exchanges until there is nothing more to answer.</summary>
    public async Task RenewAsync()
    {
        if (Last is null)
        {
            return;
        }

        await ExchangeAsync(0, Urgency.Optional);
        if (_complies && Yield())
        {
            await ExchangeAsync(0, Urgency.Optional);
        }
    }

    private bool Yield()
    {
        long above = _leased.Take(Share.ReclaimBelow).Sum() - Share.KeepBytes;
        bool yields = Share.ReclaimBelow > 0 && above > 0;
        for (int level = 0; level < Share.ReclaimBelow && above > 0; level++)
        {
            long bytes = Math.Min(above, _leased[level]);
            _leased[level] -= bytes;
            above -= bytes;
        }

        return yields;
    }

    private async Task ExchangeAsync(long bytes, Urgency urgency)
    {
        await _turn.WaitAsync();
        try
        {
            long held = _leased.Sum() + _emergency;
            ExchangeAnswer answer = await _budget.ExchangeAsync(
                new Exchange
                {
                    Session = _session,
                    Epoch = _epoch,
                    Seen = _seen,
                    Holdings = [Holding()],
                    Wants = bytes == 0 ? []
                        : [new Want { Subsystem = _subsystem, TotalBytes = held + bytes, Urgency = (byte)urgency }],
                },
                CancellationToken.None);
            Last = answer;
            if (answer.Order > _seen)
            {
                _seen = answer.Order;
                _emergency = Math.Min(Share.EmergencyBytes, Share.TotalBytes - _leased.Sum());
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private Holding Holding() => new()
    {
        Subsystem = _subsystem,
        EmergencyBytes = _emergency,
        OptionalBytes = _leased[0],
        SafeToFailBytes = _leased[1],
        RiskyToFailBytes = _leased[2],
        MustSucceedBytes = _leased[3],
    };
}
