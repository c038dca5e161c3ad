using System.Diagnostics;
using Headroom.Contracts;
using Headroom.Remote;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Serialization;

namespace Headroom;

/// <summary>
/// The authority behind an Orleans gateway. Its client lives in services of its own, so that an application's Orleans
/// client or silo is left alone.
/// </summary>
internal sealed partial class OrleansAuthority : IAuthority
{
    private const string ClusterName = "headroom";

    // A backstop only: each call has a deadline of its own, and a cold silo's first answers are slow.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly HeadroomOptions _options;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;
    private readonly string _container;
    private readonly GatewayDirectory _gateways;
    private readonly SessionObserver _observer;
    private ISessionObserver? _reference;
    private ServiceProvider? _services;
    private IGrainFactory? _grains;
    private IContainerBudgetGrain? _budget;

    internal OrleansAuthority(HeadroomOptions options, ILoggerFactory loggerFactory)
    {
        _options = options;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<OrleansAuthority>();
        _container = $"{options.Host}/{options.Container}";
        _gateways = new GatewayDirectory(
            Parse(options.Gateway), Parse(options.StandInGateway), options.TimeProvider, _logger);
        Lenders = new GrainLenders(() => Grains);
        _observer = new SessionObserver(session => Nudged?.Invoke(session), session => Looked?.Invoke(session));
        Name = $"container {options.Container} on host {options.Host}";
    }

    public string Name { get; }

    public ILenders Lenders { get; }

    public Action<Guid>? Nudged { get; set; }

    public Func<Guid, SessionPicture?>? Looked { get; set; }

    private IContainerBudgetGrain Container => _budget ?? throw new InvalidOperationException("Not connected yet.");

    internal IGrainFactory Grains => _grains ?? throw new InvalidOperationException("Not connected yet.");

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var pause = new ConnectionPause(_options.TimeProvider);
        while (_grains is null)
        {
            ServiceProvider? services = null;
            try
            {
                services = BuildServices();
                foreach (IHostedService service in services.GetServices<IHostedService>())
                {
                    await service.StartAsync(cancellationToken);
                }

                IGrainFactory grains = services.GetRequiredService<IGrainFactory>();
                _reference = grains.CreateObjectReference<ISessionObserver>(_observer);
                _budget = grains.GetGrain<IContainerBudgetGrain>(_container);
                _grains = grains;
                _services = services;
                LogConnected(_logger, _options.Gateway);
            }
            catch (Exception e)
            {
                if (services is not null)
                {
                    await services.DisposeAsync();
                }

                if (cancellationToken.IsCancellationRequested)
                {
                    throw;
                }

                LogConnectionFailed(_logger, _options.Gateway, e);
                await pause.WaitAsync(cancellationToken);
            }
        }
    }

    public async ValueTask<OpenAnswer> OpenAsync(OpenCommand command, CancellationToken cancellationToken)
        => Wire.FromWire(await Container.OpenAsync(
            Wire.ToWire(command) with { Observer = _reference }, cancellationToken));

    public async ValueTask<OrderAnswer> ExchangeAsync(ExchangeCommand command, CancellationToken cancellationToken)
        => Wire.FromWire(await Container.ExchangeAsync(Wire.ToWire(command), cancellationToken));

    public ValueTask CloseAsync(Guid session, CancellationToken cancellationToken)
        => Container.CloseAsync(session, cancellationToken);

    public async ValueTask<IReadOnlyList<LeaseReply>> TryAcquireAsync(
        AttemptBatch batch, CancellationToken cancellationToken)
    {
        // It is sent for many callers, and is part of no trace.
        RequestContext.Clear();
        TryAcquireAnswer answer =
            await Container.TryAcquireAsync(Wire.ToWire(batch), cancellationToken).ConfigureAwait(false);
        return Wire.FromWire(batch, answer);
    }

    public async ValueTask<LeaseReply> AcquireAsync(
        LeaseAsk ask, TimeSpan? wait, bool more, int replicas, CancellationToken cancellationToken)
    {
        // What an application's own grain calls carry along is not for this cluster, which need not know its types.
        RequestContext.Clear();
        if (Activity.Current is { } activity)
        {
            DistributedContextPropagator.Current.Inject(
                activity, null, static (_, key, value) => RequestContext.Set(key, value));
        }

        ISubsystemGrain subsystem = Grains.GetGrain<ISubsystemGrain>($"{_container}/{ask.Command.Subsystem}");
        return Wire.FromWire(await subsystem.AcquireAsync(Wire.ToWire(ask, wait, more, replicas), cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not { } services)
        {
            _gateways.Dispose();
            return;
        }

        _services = null;
        using var timeout = new CancellationTokenSource(StopTimeout, _options.TimeProvider);
        foreach (IHostedService service in services.GetServices<IHostedService>().Reverse())
        {
            try
            {
                await service.StopAsync(timeout.Token);
            }
            catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
            {
                // The gateway is gone: there is nobody to say goodbye to.
                LogConnectionFailed(_logger, _options.Gateway, e);
            }
        }

        await services.DisposeAsync();
        _gateways.Dispose();
    }

    private static IReadOnlyList<GatewayAddress> Parse(string gateways) =>
        gateways.Length == 0 ? []
        : GatewayAddress.TryParseList(gateways, out IReadOnlyList<GatewayAddress> found) ? found
        : throw new ArgumentException($"{gateways} is no list of gateways.", nameof(gateways));

    private ServiceProvider BuildServices()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<ILoggerFactory>(new OrleansLogs(_loggerFactory));
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(IContainerBudgetGrain).Assembly));
        services.AddOrleansClient(client =>
        {
            client.Services.AddSingleton<IGatewayListProvider>(_gateways);
            client.AddGatewayCountChangedHandler((_, e) => _gateways.Connected(e.NumberOfConnectedGateways));
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = ClusterName;
                cluster.ServiceId = ClusterName;
            });
            client.Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = GatewayDirectory.Refresh);
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
        });
        services.AddSingleton<IClientConnectionRetryFilter>(
            new ConnectionRetry(new ConnectionPause(_options.TimeProvider), _logger, _options.Gateway));
        return services.BuildServiceProvider();
    }
}
