using Headroom.Contracts;
using Headroom.Grains.Lending;
using Headroom.Grains.Placement;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Headroom.Grains.Tests;

/// <summary>Three hosts, each with its silo and its memory; each test has a cluster of its own.</summary>
public sealed class LendingCluster : IAsyncLifetime
{
    public const long Mebibyte = 1L << 20;
    public const long Capacity = 1024 * Mebibyte;
    public const long Reserve = 256 * Mebibyte;
    public const long Pledged = 128 * Mebibyte;

    private readonly Dictionary<string, CountedMemory> _memory = new(StringComparer.Ordinal);
    private InProcessTestCluster _cluster = null!;

    public static IReadOnlyList<string> Hosts { get; } = ["host-0", "host-1", "host-2"];

    public IGrainFactory Grains => _cluster.Client;

    public IHostBudgetGrain Host(string host) => Grains.GetGrain<IHostBudgetGrain>(host);

    public IReserveGrain Reserves(string host) => Grains.GetGrain<IReserveGrain>(host);

    public IContainerBudgetGrain Container(string host) => Grains.GetGrain<IContainerBudgetGrain>($"{host}/orders");

    public ISubsystemGrain Journal(string host) => Grains.GetGrain<ISubsystemGrain>($"{host}/orders/journal");

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureSilo((options, silo) =>
        {
            string host = options.SiloName = options.SiloName.Replace("Silo_", "host-", StringComparison.Ordinal);
            var memory = new CountedMemory(Environment.TickCount64);
            lock (_memory)
            {
                _memory[host] = memory;
            }

            silo.AddMemoryGrainStorage(Budgets.HostBudgetGrain.StoreName);
            silo.Services.AddSingleton(BudgetCluster.Options() with
            {
                KnownHostsOnly = true,
                Host = new HostDefaults(Capacity, Reserve, Pledged, null),
            });
            silo.Services.AddHeadroomGrains();
            silo.AddHostAffinity();
            silo.Services.AddSingleton<IPledgedMemory>(_ => memory);
            silo.Services.AddHeadroomLending();
            BudgetCluster.AddPipelines(silo.Services);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        foreach (string host in Hosts)
        {
            await Until.HoldsAsync(async () => (await Reserves(host).GetAsync(default)).FreePledgeBytes == Pledged);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        foreach (CountedMemory memory in _memory.Values)
        {
            memory.Dispose();
        }
    }

    internal CountedMemory Memory(string host) => _memory[host];

    internal T Service<T>(string host)
        where T : notnull => Silo(host).ServiceProvider.GetRequiredService<T>();

    internal Task KillAsync(string host) => _cluster.KillSiloAsync(Silo(host));

    internal Task RestartAsync(string host) => _cluster.RestartSiloAsync(Silo(host));

    private InProcessSiloHandle Silo(string host) => _cluster.Silos.Single(silo => silo.Name == host);
}
