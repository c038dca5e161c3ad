using System.Collections.Concurrent;
using System.Diagnostics;
using Headroom.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace Headroom.Bench;

/// <summary>
/// A must-succeed that takes half of a thousand leases back from twenty clients: from the request to its grant, beside
/// the longest that any handler took of it.
/// </summary>
internal static class ReclaimBench
{
    private const int Clients = 20;
    private const int LeasesOfEach = 50;
    private const long Lease = 64L << 10;
    private const int Rounds = 200;
    private const string Container = "reclaim";

    public static async Task RunAsync(SiloChild silo, IHost orleans)
    {
        IGrainFactory grains = orleans.Services.GetRequiredService<IGrainFactory>();
        const long All = Clients * LeasesOfEach * Lease;

        // The floor of Optional is a fifth: below that all thousand fit.
        await grains.GetGrain<IHostBudgetGrain>(silo.Host).ConfigureContainerAsync(
            Container, new ContainerSettings { LimitBytes = All * 5 / 4 }, CancellationToken.None);
        var clients = new List<Victim>();
        var times = new Samples();
        var above = new Samples();
        try
        {
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(await Victim.ConnectAsync(silo));
            }

            ISubsystemGrain journal = grains.GetGrain<ISubsystemGrain>($"{silo.Host}/{Container}/journal");
            IContainerBudgetGrain budget = grains.GetGrain<IContainerBudgetGrain>($"{silo.Host}/{Container}");
            for (int round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(clients.Select(client => client.FillAsync()));
                long start = Stopwatch.GetTimestamp();
                LeaseAnswer lease = await AcquireAsync(journal, All / 2);
                TimeSpan took = Stopwatch.GetElapsedTime(start);
                times.Add(took);
                above.Add(took - clients.Max(client => client.TakeLongest()));
                await budget.ReleaseLeaseAsync(Claim(lease), CancellationToken.None);
            }
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }

        Table table = new Table()
            .Title($"Half of {Clients * LeasesOfEach} leases of {Clients} clients, taken back by one must-succeed")
            .AddColumns("", "p50 ms", "p90 ms", "p99 ms");
        table.AddRow("request to grant", times.Text(0.5), times.Text(0.9), times.Text(0.99));
        table.AddRow("above the handlers' own time", above.Text(0.5), above.Text(0.9), above.Text(0.99));
        AnsiConsole.Write(table);
    }

    private static async Task<LeaseAnswer> AcquireAsync(ISubsystemGrain journal, long bytes)
    {
        var request = new LeaseRequest
        {
            RequestId = Guid.NewGuid(),
            Bytes = bytes,
            Urgency = (byte)Urgency.MustSucceed,
            Wait = TimeSpan.FromSeconds(10),
            Reason = "bench",
            More = true,
        };
        LeaseAnswer answer = await journal.AcquireAsync(request, CancellationToken.None);
        return answer is { Outcome: (byte)Outcome.Granted, Rung: (byte)Rung.Reclaim }
            ? answer
            : throw new InvalidOperationException($"The bench expected memory that was taken back: {answer}");
    }

    private static LeaseClaim Claim(LeaseAnswer lease) => new()
    {
        LeaseId = lease.LeaseId,
        Epoch = lease.Epoch,
        Subsystem = "journal",
        Bytes = lease.Bytes,
        Urgency = (byte)Urgency.MustSucceed,
        Ttl = lease.Ttl,
    };

    private sealed class Victim : IAsyncDisposable
    {
        private readonly HeadroomClient _client;
        private readonly ISubsystem _cache;
        private readonly ConcurrentQueue<MemoryLease> _leases = new();
        private long _longest;

        private Victim(HeadroomClient client)
        {
            _client = client;
            _cache = client.Subsystem("cache");
            _cache.OnReclaim(GiveBack);
        }

        public static async Task<Victim> ConnectAsync(SiloChild silo) =>
            new(await HeadroomClient.ConnectAsync(new HeadroomOptions
            {
                Host = silo.Host,
                Container = Container,
                Gateway = $"127.0.0.1:{silo.GatewayPort}",
                MaxIdleCreditBytes = 0,
            }));

        public async Task FillAsync()
        {
            while (_leases.Count < LeasesOfEach)
            {
                try
                {
                    _leases.Enqueue(await _cache.AcquireAsync(Lease, Urgency.Optional));
                }
                catch (MemoryRefusedException refused)
                {
                    await Task.Delay(refused.RetryAfter);
                }
            }
        }

        public TimeSpan TakeLongest() => TimeSpan.FromTicks(Interlocked.Exchange(ref _longest, 0));

        public async ValueTask DisposeAsync()
        {
            while (_leases.TryDequeue(out MemoryLease lease))
            {
                lease.Dispose();
            }

            await _client.DisposeAsync();
        }

        private void GiveBack(ReclaimRequest request)
        {
            long start = Stopwatch.GetTimestamp();
            long given = 0;
            while (given < request.Bytes && _leases.TryDequeue(out MemoryLease lease))
            {
                given += lease.Bytes;
                lease.Dispose();
            }

            Interlocked.Exchange(
                ref _longest, Math.Max(Interlocked.Read(ref _longest), Stopwatch.GetElapsedTime(start).Ticks));
        }
    }
}
