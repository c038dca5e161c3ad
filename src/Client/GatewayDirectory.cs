using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orleans.Messaging;

namespace Headroom;

/// <summary>
/// Tells the Orleans client where gateways are: its own ones, and while none of those can be reached, the stand-ins.
/// Names are looked up again whenever there is no connection, because what they lead to may have been replaced.
/// </summary>
internal sealed partial class GatewayDirectory(
    IReadOnlyList<GatewayAddress> own, IReadOnlyList<GatewayAddress> standIns, TimeProvider time, ILogger logger)
    : IGatewayListProvider, IDisposable
{
    /// <summary>How soon the client asks again, and tries a gateway again that was dead.</summary>
    internal static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    // A silo that was restarted in its place is back before a client has found another one; a session lives for 10 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // A service without a silo behind it answers nothing at all.
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private IPEndPoint[] _home = [];
    private IPEndPoint[] _away = [];
    private bool _isAway;
    private long _lostAt = time.GetTimestamp();
    private volatile bool _connected;

    /// <inheritdoc/>
    public TimeSpan MaxStaleness => Refresh;

    /// <inheritdoc/>
    public bool IsUpdatable => true;

    /// <inheritdoc/>
    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    /// <summary>To be called with each change of the number of gateways that are connected.</summary>
    internal void Connected(int gateways)
    {
        if (gateways == 0)
        {
            Interlocked.Exchange(ref _lostAt, time.GetTimestamp());
        }

        _connected = gateways > 0;
    }

    /// <summary>Where to connect now; nowhere while no name leads anywhere.</summary>
    public async Task<IList<Uri>> GetGateways()
    {
        await _turn.WaitAsync();
        try
        {
            await LookAsync();
            return [.. (_isAway ? _away : _home).Select(place => place.ToGatewayUri())];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task LookAsync()
    {
        if (_connected && !_isAway && _home.Length > 0)
        {
            return;
        }

        _home = await ResolveAsync(own, _home);
        if (_isAway && await AnswerAsync(_home))
        {
            _isAway = false;
            LogHome(logger, string.Join(',', own));
        }
        else if (!_connected && time.GetElapsedTime(Interlocked.Read(ref _lostAt)) >= Patience)
        {
            _away = await ResolveAsync(standIns, _away);
            if (!_isAway && _away.Length > 0)
            {
                _isAway = true;
                LogAway(logger, string.Join(',', own), string.Join(',', standIns));
            }
        }
    }

    private async Task<bool> AnswerAsync(IPEndPoint[] places) =>
        (await Task.WhenAll(places.Select(AnswersAsync))).Contains(true);

    private async Task<bool> AnswersAsync(IPEndPoint place)
    {
        using var limit = new CancellationTokenSource(ProbeLimit, time);
        using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(place, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    // A name that leads nowhere is left out; when all do, what they led to until now is better than nothing.
    private static async Task<IPEndPoint[]> ResolveAsync(
        IReadOnlyList<GatewayAddress> addresses, IPEndPoint[] known)
    {
        IPEndPoint[][] found = await Task.WhenAll(addresses.Select(ResolveAsync));
        IPEndPoint[] places = [.. found.SelectMany(some => some).Distinct()];
        return places.Length > 0 ? places : known;
    }

    private static async Task<IPEndPoint[]> ResolveAsync(GatewayAddress address)
    {
        try
        {
            return await address.ResolveAsync(CancellationToken.None);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
