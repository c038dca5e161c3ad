using System.Collections.Concurrent;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>
/// A client that asks at all urgencies without end, and whose reclaim handler itself acquires at must-succeed before it
/// gives back: the ground on which deadlocks grow.
/// </summary>
internal sealed class Hunter : IAsyncDisposable
{
    private const int MostKept = 24;

    private static readonly TimeSpan[] Deadlines =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)];

    private static readonly MustSucceedOptions AtHome = new() { AllowLoan = false };

    private readonly HeadroomClient _client;
    private readonly ISubsystem _subsystem;
    private readonly Random _random;
    private readonly ConcurrentQueue<MemoryLease> _kept = new();
    private readonly IDisposable _reclaim;

    private Hunter(HeadroomClient client, string host, string container, int seed)
    {
        (_client, Host, Container, _random) = (client, host, container, new Random(seed));
        _subsystem = client.Subsystem("hunts");
        _reclaim = _subsystem.OnReclaim(GiveBackAsync);
    }

    public string Host { get; }

    public string Container { get; }

    /// <summary>The must-succeed requests that wait now, with their sizes and since when.</summary>
    public ConcurrentDictionary<int, (long Bytes, long Since)> Waiting { get; } = new();

    public int Granted { get; private set; }

    public int Refused { get; private set; }

    public int Reclaims { get; private set; }

    /// <summary>By how much a request that has a deadline was answered after it, at most.</summary>
    public TimeSpan Latest { get; private set; }

    public static async Task<Hunter> ConnectAsync(SiloProcess silo, string host, string container, int seed)
    {
        var options = new HeadroomOptions
        {
            Host = host,
            Container = container,
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
            MaxIdleCreditBytes = 128 << 10,
        };
        HeadroomClient client =
            await HeadroomClient.ConnectAsync(options, cancellationToken: TestContext.Current.CancellationToken);
        return new Hunter(client, host, container, seed);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            long bytes = _random.NextInt64(16 << 10, 512 << 10);
            var urgency = (Urgency)_random.Next(4);
            if (urgency == Urgency.MustSucceed)
            {
                await MustAsync(i, bytes);
            }
            else
            {
                await AskAsync(bytes, urgency);
            }

            while (_kept.Count > MostKept && _kept.TryDequeue(out MemoryLease oldest))
            {
                oldest.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reclaim.Dispose();
        while (_kept.TryDequeue(out MemoryLease lease))
        {
            lease.Dispose();
        }

        await _client.DisposeAsync();
    }

    private async Task AskAsync(long bytes, Urgency urgency)
    {
        long start = TimeProvider.System.GetTimestamp();
        try
        {
            _kept.Enqueue(await _subsystem.AcquireAsync(bytes, urgency));
            Granted++;
        }
        catch (MemoryRefusedException)
        {
            Refused++;
        }

        TimeSpan late = TimeProvider.System.GetElapsedTime(start) - Deadlines[(int)urgency];
        Latest = late > Latest ? late : Latest;
    }

    private async Task MustAsync(int id, long bytes)
    {
        Waiting[id] = (bytes, TimeProvider.System.GetTimestamp());
        using MemoryLease lease = await _subsystem.AcquireMustSucceedAsync(bytes, "hunt");
        Waiting.TryRemove(id, out _);
        Granted++;
    }

    private async ValueTask GiveBackAsync(ReclaimRequest request)
    {
        Reclaims++;
        using MemoryLease scratch = await _subsystem.AcquireMustSucceedAsync(4096, "giving back", AtHome);
        long given = 0;
        for (int left = _kept.Count; left > 0 && given < request.Bytes; left--)
        {
            if (!_kept.TryDequeue(out MemoryLease lease))
            {
                return;
            }

            if (lease.Urgency >= request.Below)
            {
                _kept.Enqueue(lease);
                continue;
            }

            given += lease.Bytes;
            lease.Dispose();
        }
    }
}
