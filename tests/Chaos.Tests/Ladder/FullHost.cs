using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>A client that holds all that a host has, under must-succeed leases.</summary>
internal sealed class FullHost : IAsyncDisposable
{
    private const long Piece = 8L << 20;
    private static readonly MustSucceedOptions AtHome = new() { AllowLoan = false };

    private readonly HeadroomClient _client;
    private readonly Stack<MemoryLease> _leases = new();

    private FullHost(HeadroomClient client) => _client = client;

    /// <summary>Takes leases until the host has nothing left for must-succeed.</summary>
    public static async Task<FullHost> FillAsync(SiloProcess silo, string host, string container)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var full = new FullHost(await ConnectAsync(silo, host, container));
        try
        {
            var api = new Api(silo, host);
            ISubsystem filler = full._client.Subsystem("filler");
            for (long piece = Piece; piece > 0;)
            {
                JsonElement seen = (await api.HostAsync()).GetProperty("availableBytes");
                piece = Math.Min(Piece, Api.Number(seen, nameof(Urgency.MustSucceed)));
                if (piece > 0)
                {
                    full._leases.Push(await filler.AcquireMustSucceedAsync(piece, "fills the host", AtHome, stop));
                }
            }

            return full;
        }
        catch
        {
            await full.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of a host that holds no credit.</summary>
    public static Task<HeadroomClient> ConnectAsync(SiloProcess silo, string host, string container) =>
        HeadroomClient.ConnectAsync(
            new HeadroomOptions
            {
                Host = host,
                Container = container,
                Gateway = $"127.0.0.1:{silo.GatewayPort}",
                MaxIdleCreditBytes = 0,
            },
            cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Gives back at least so much.</summary>
    public void Free(long bytes)
    {
        for (long freed = 0; freed < bytes;)
        {
            MemoryLease lease = _leases.Pop();
            freed += lease.Bytes;
            lease.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_leases.TryPop(out MemoryLease lease))
        {
            lease.Dispose();
        }

        await _client.DisposeAsync();
    }
}
