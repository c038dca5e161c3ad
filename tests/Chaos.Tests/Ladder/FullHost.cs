using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>A client that holds all that a host has, and all that others lend, under must-succeed leases.</summary>
internal sealed class FullHost : IAsyncDisposable
{
    /// <summary>What may be left of a host: less than this.</summary>
    public const long Piece = 8L << 20;

    // Much longer than a grant takes: what is not granted by then waits for memory.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly MustSucceedOptions AtHome = new() { AllowLoan = false };

    private readonly SiloProcess _silo;
    private readonly string _host;
    private readonly HeadroomClient _client;
    private readonly Stack<MemoryLease> _leases = new();
    private readonly Stack<MemoryLease> _loans = new();

    private FullHost(SiloProcess silo, string host, HeadroomClient client) =>
        (_silo, _host, _client) = (silo, host, client);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Takes leases until the host has nothing left for must-succeed.</summary>
    public static async Task<FullHost> FillAsync(SiloProcess silo, string host)
    {
        var full = new FullHost(silo, host, await ConnectAsync(silo, host, "full"));
        try
        {
            await full.FillAsync();
            return full;
        }
        catch
        {
            await full.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of a host that holds no credit.</summary>
    public static Task<HeadroomClient> ConnectAsync(
        SiloProcess silo, string host, string container, Action<string>? onFailStop = null) =>
        HeadroomClient.ConnectAsync(
            new HeadroomOptions
            {
                Host = host,
                Container = container,
                Gateway = $"127.0.0.1:{silo.GatewayPort}",
                MaxIdleCreditBytes = 0,
                OnFailStop = onFailStop,
            },
            cancellationToken: Stop);

    /// <summary>Takes what was given back since.</summary>
    public Task FillAsync() => TakeAsync(
        _leases,
        AtHome,
        async () =>
        {
            JsonElement seen = await new Api(_silo, _host).HostAsync();
            return Api.Number(seen.GetProperty("availableBytes"), "mustSucceed");
        });

    /// <summary>Borrows all that others lend.</summary>
    public Task BorrowAsync(Func<Task<long>> lendable) => TakeAsync(_loans, new MustSucceedOptions(), lendable);

    /// <summary>Gives back at least so much of the host.</summary>
    public void Free(long bytes)
    {
        for (long freed = 0; freed < bytes;)
        {
            MemoryLease lease = _leases.Pop();
            freed += lease.Bytes;
            lease.Dispose();
        }
    }

    /// <summary>Gives back all that others lent.</summary>
    public void RepayAll()
    {
        while (_loans.TryPop(out MemoryLease loan))
        {
            loan.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MemoryLease lease in _leases.Concat(_loans))
        {
            lease.Dispose();
        }

        await _client.DisposeAsync();
    }

    private async Task TakeAsync(Stack<MemoryLease> leases, MustSucceedOptions options, Func<Task<long>> left)
    {
        ISubsystem filler = _client.Subsystem("filler");
        bool more = true;
        while (more)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            patience.CancelAfter(Patience);
            try
            {
                leases.Push(await filler.AcquireMustSucceedAsync(Piece, "fills", options, patience.Token));
            }
            catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
            {
                more = await left() >= Piece;
            }
        }
    }
}
