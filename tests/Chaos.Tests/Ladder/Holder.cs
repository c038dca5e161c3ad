using System.Collections.Concurrent;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>A client that takes all it can get at one urgency, and gives back what it is asked for.</summary>
internal sealed class Holder : IAsyncDisposable
{
    private readonly HeadroomClient _client;
    private readonly ISubsystem _subsystem;
    private readonly Urgency _urgency;
    private readonly ConcurrentQueue<MemoryLease> _leases = new();
    private readonly IDisposable _reclaim;

    private Holder(HeadroomClient client, Urgency urgency)
    {
        (_client, _urgency) = (client, urgency);
        _subsystem = client.Subsystem($"holds-{urgency}");
        _reclaim = _subsystem.OnReclaim(GiveBack);
    }

    public int Asked { get; private set; }

    public long LeasedBytes => _client.GetStatus().LeasedBytes[(int)_urgency];

    public static async Task<Holder> ConnectAsync(SiloProcess silo, string host, string container, Urgency urgency) =>
        new(
            await HeadroomClient.ConnectAsync(
                new HeadroomOptions
                {
                    Host = host,
                    Container = container,
                    Gateway = $"127.0.0.1:{silo.GatewayPort}",
                    MaxIdleCreditBytes = 0,
                },
                cancellationToken: TestContext.Current.CancellationToken),
            urgency);

    /// <summary>Takes leases until it has so much, or is refused.</summary>
    public async Task FillAsync(long bytes, long lease)
    {
        while (LeasedBytes + lease <= bytes)
        {
            try
            {
                _leases.Enqueue(await _subsystem.AcquireAsync(lease, _urgency, TestContext.Current.CancellationToken));
            }
            catch (MemoryRefusedException)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reclaim.Dispose();
        while (_leases.TryDequeue(out MemoryLease lease))
        {
            lease.Dispose();
        }

        await _client.DisposeAsync();
    }

    private void GiveBack(ReclaimRequest request)
    {
        Asked++;
        long given = 0;
        while (given < request.Bytes && _leases.TryDequeue(out MemoryLease lease))
        {
            given += lease.Bytes;
            lease.Dispose();
        }
    }
}
