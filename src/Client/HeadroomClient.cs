using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headroom;

/// <summary>
/// A memory budget without a host or dependency injection: connects, renews in the background, and gives everything
/// back when disposed. Applications with a host use <c>AddHeadroom</c> instead. Thread-safe.
/// </summary>
public sealed class HeadroomClient : IMemoryBudget, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Subsystem> _subsystems = new(StringComparer.Ordinal);
    private readonly HeadroomOptions _options;
    private readonly BudgetSession _session;

    private readonly ILogger _logger;

    private HeadroomClient(HeadroomOptions options, BudgetSession session, ILogger logger)
    {
        _options = options;
        _session = session;
        _logger = logger;
        session.Heard = Heard;
        session.Metrics.Observe(
            () => session.Core.Picture(session.Now),
            () => _subsystems.Select(row => (row.Key, row.Value.Estimates)),
            () => session.LoanCounts);
    }

    /// <summary>Connects to the authority and waits until a session is open.</summary>
    /// <param name="options">Whose memory, and where its authority is; null for what is found by convention.</param>
    /// <param name="loggerFactory">Where to log; null for nowhere.</param>
    /// <param name="cancellationToken">Gives up; while the authority is away this goes on trying.</param>
    /// <returns>The budget. Dispose it to give everything back.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// Options are wrong; names each.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up; nothing is left behind.</exception>
    public static async Task<HeadroomClient> ConnectAsync(
        HeadroomOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new HeadroomOptions();
        HeadroomOptionsValidator.ThrowIfInvalid(options);
        HeadroomClient client = Create(options, loggerFactory ?? NullLoggerFactory.Instance);
        try
        {
            client.Start();
            await client.WaitUntilReadyAsync(cancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ISubsystem Subsystem(string name)
    {
        if (name is not null && _subsystems.TryGetValue(name, out Subsystem? known))
        {
            return known;
        }

        if (!ResourceName.IsValid(name))
        {
            throw new ArgumentException($"The name of a subsystem {ResourceName.Rule}.", nameof(name));
        }

        SubsystemCredit credit = _session.Core.Subsystem(name!)
            ?? throw new InvalidOperationException(
                $"This process uses {SessionCore.MaxSubsystems} subsystems already; {name} would be one more.");
        return _subsystems.GetOrAdd(credit.Name, _ => new Subsystem(_session, credit, _options, _logger));
    }

    /// <inheritdoc/>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
        => _session.WaitUntilOpenAsync(cancellationToken);

    /// <inheritdoc/>
    public BudgetStatus GetStatus()
    {
        SessionPicture picture = _session.Core.Picture(_session.Now);
        return new BudgetStatus
        {
            Host = _options.Host,
            Container = _options.Container,
            Connected = picture.Open && !_session.IsClosed,
            Session = picture.Session,
            Epoch = picture.Epoch,
            CreditBytes = picture.CreditBytes,
            EmergencyBytes = picture.EmergencyBytes,
            Overdue = picture.Overdue,
            LeasedBytes = picture.LeasedBytes.ToArray(),
            LostBytes = picture.LostBytes,
        };
    }

    /// <summary>
    /// Gives credit back and closes the session. Leases that are still held are memory in use: they stay charged until
    /// this process ends, or is seen to have given the memory up. Later calls of <see cref="ISubsystem"/> are refused;
    /// disposing leases stays harmless. Takes at most a few times <see cref="HeadroomOptions.CallTimeout"/>.
    /// Idempotent.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        foreach (Subsystem subsystem in _subsystems.Values)
        {
            subsystem.Dispose();
        }

        return _session.DisposeAsync();
    }

    internal static HeadroomClient Create(
        HeadroomOptions options, ILoggerFactory loggerFactory, IMeterFactory? meters = null)
        => Create(options, new OrleansAuthority(options, loggerFactory), loggerFactory, meters);

    internal static HeadroomClient Create(
        HeadroomOptions options,
        IAuthority authority,
        ILoggerFactory loggerFactory,
        IMeterFactory? meters = null,
        IManagedHeap? heap = null)
    {
        ILogger logger = loggerFactory.CreateLogger<BudgetSession>();
        var session = new BudgetSession(options, authority, new ClientMetrics(options, meters), logger, heap);
        return new HeadroomClient(options, session, loggerFactory.CreateLogger<HeadroomClient>());
    }

    internal void Start() => _session.Start();

    private void Heard()
    {
        foreach (Subsystem subsystem in _subsystems.Values)
        {
            subsystem.Heard();
        }
    }
}
