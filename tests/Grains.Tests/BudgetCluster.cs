using Headroom.Contracts;
using Headroom.Grains.Placement;
using Headroom.Grains.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Headroom.Grains.Tests;

/// <summary>Two silos with real serialisation between them, and a store that outlives activations.</summary>
public sealed class BudgetCluster : IAsyncLifetime
{
    public const long Capacity = 1L << 30;
    public const long Reserve = 64L << 20;
    public static readonly TimeSpan Ttl = TimeSpan.FromSeconds(2);

    private InProcessTestCluster _cluster = null!;

    public IGrainFactory Grains => _cluster.Client;

    /// <summary>What the containers of all hosts want of their hard limits.</summary>
    internal WantedLimits Limits { get; } = new();

    public IHostBudgetGrain Host(string host) => Grains.GetGrain<IHostBudgetGrain>(host);

    public IContainerBudgetGrain Container(string host, string container) =>
        Grains.GetGrain<IContainerBudgetGrain>($"{host}/{container}");

    public ISubsystemGrain Subsystem(string host, string container, string subsystem) =>
        Grains.GetGrain<ISubsystemGrain>($"{host}/{container}/{subsystem}");

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorage(Budgets.HostBudgetGrain.StoreName);
            silo.Services.AddSingleton(Options());
            silo.Services.AddSingleton<IHardLimits>(Limits);
            silo.Services.AddHeadroomGrains();
            silo.AddHostAffinity();
            AddPipelines(silo.Services);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    internal static void AddPipelines(IServiceCollection services)
    {
        Configure(services, Urgency.SafeToFail, TimeSpan.FromMilliseconds(400), 3);
        Configure(services, Urgency.RiskyToFail, TimeSpan.FromSeconds(3), 10);
        Configure(services, Urgency.MustSucceed, TimeSpan.FromSeconds(1), 0);
    }

    private static void Configure(IServiceCollection services, Urgency urgency, TimeSpan wait, int retries) =>
        services.Configure<UrgencyPipelineOptions>(urgency.ToString(), options =>
        {
            options.Wait = wait;
            options.MaxRetries = retries;
        });

    internal static BudgetOptions Options() => new()
    {
        KnownHostsOnly = false,
        Host = new HostDefaults(Capacity, Reserve, 0, null),
        HostFloors = new FloorPolicy(20, 10, 5),
        ContainerFloors = new FloorPolicy(20, 10, 5),
        SessionTtl = Ttl,
        MaxLeaseTtl = TimeSpan.FromSeconds(30),
        MarginPercent = 10,
        DefaultMaxUrgency = Urgency.MustSucceed,
        AuthorityLease = TimeSpan.FromSeconds(5),
    };
}
