using Headroom.Contracts;
using Headroom.Grains.Events;
using Headroom.Grains.Placement;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Headroom.Grains.Budgets;

/// <summary>The shell around <see cref="HostLedger"/>: translates, applies, persists, then replies.</summary>
/// <remarks>
/// Reentrant, because orders go down to containers while requests come up; safe, because each ledger call is
/// synchronous and complete, and what was read before an await is read again after it.
/// </remarks>
[Reentrant, KeepAlive, HostAffinity]
internal sealed partial class HostBudgetGrain(
    [PersistentState("host", HostBudgetGrain.StoreName)] IPersistentState<HostState> state,
    BudgetOptions options,
    IHostDirectory hosts,
    MonotonicClock clock,
    BudgetMetrics metrics,
    EventHub events,
    ILogger<HostBudgetGrain> logger) : Grain, IHostBudgetGrain
{
    /// <summary>The grain storage that holds the tables.</summary>
    public const string StoreName = "headroom";

    private readonly HashSet<string> _joined = new(StringComparer.Ordinal);
    private string _host = "";
    private HostLedger _ledger = null!;
    private DurableTable _table = null!;
    private bool _draining;


    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _host = BudgetKey.Split(this.GetPrimaryKeyString(), 1)[0];
        if (options.KnownHostsOnly && !hosts.Hosts.Contains(_host, StringComparer.Ordinal))
        {
            throw new BudgetUnavailableException($"Host {_host} is not of this cluster.");
        }

        // An activation that moved here brought what it had in memory, and that may be more than was ever written. Its
        // right to grant counts from before it asked: another one may have written while the answer was on its way.
        TimeSpan asked = clock.Now;
        await state.ReadStateAsync(cancellationToken);
        HostTable table = HostStateTable.Read(state.State, _host, state.RecordExists);
        _ledger = new HostLedger(table, options.HostFloors, await SizesAsync());
        _table = new DurableTable(state, _host, _ledger, clock, options.AuthorityLease, asked);
        TimeSpan third = options.AuthorityLease / 3;
        this.RegisterGrainTimer(
            ConfirmAsync, new GrainTimerCreationOptions(third, third) { Interleave = true, KeepAlive = true });
    }

    /// <inheritdoc/>
    public async ValueTask<ContainerTerms> JoinAsync(string container, CancellationToken cancellationToken)
    {
        if (!ResourceName.IsValid(container))
        {
            throw new ArgumentException(ResourceName.Rule, nameof(container));
        }

        if (_ledger.Join(container) is null)
        {
            throw new BudgetUnavailableException($"Host {_host} has {HostLedger.MaxContainers} containers already.");
        }

        // The epoch is the one of this joining: another one may join while this is written, and two authorities of one
        // epoch would not fence each other.
        _joined.Add(container);
        ContainerTerms terms = Terms(container)!;
        await FlushAsync();
        if (hosts.IsAway(_host))
        {
            // A container that starts while the host's silo is up starts there.
            _home.Add(container);
        }

        return terms with { AuthorityLease = AuthorityLeft() };
    }

    /// <inheritdoc/>
    public async ValueTask<AllotAnswer> AllotAsync(AllotRequest request, CancellationToken cancellationToken)
    {
        if (Wire.Command(request) is not { } command)
        {
            throw new ArgumentException("An allotment request has one amount for each urgency.", nameof(request));
        }

        if (_draining)
        {
            command = command with
            {
                WantBytes = default,
                LeastBytes = default,
                AheadBytes = 0,
                OverdraftBytes = 0,
                ReclaimBytes = default,
            };
        }

        AllotDecision decision = _ledger.Allot(command, clock.Now);
        if (decision.Outcome != Outcome.Fenced)
        {
            // One that joined with an earlier activation of this host goes on with its epoch.
            _joined.Add(request.Container);
        }

        await FlushAsync();
        if (AuthorityLeft() == TimeSpan.Zero)
        {
            await ConfirmAsync(cancellationToken);
        }

        return Wire.Answer(decision, request.Epoch, AuthorityLeft(), _ledger.Pressure, terms: null);
    }

    /// <inheritdoc/>
    public async ValueTask<HostView> ObserveAsync(HostObservation observation, CancellationToken cancellationToken)
    {
        var pressure = (PressureLevel)Math.Min((byte)PressureLevel.High, observation.Pressure);
        if (pressure != _ledger.Pressure)
        {
            events.Publish(new HeadroomEvent
            {
                Type = EventType.Pressure,
                Host = _host,
                Detail =
                $"{_ledger.Pressure} to {pressure}"
            });
        }

        _ledger.Observe(
            Math.Max(0, observation.TotalBytes), Math.Max(0, observation.UsedBytes), pressure, clock.Now);
        await FlushAsync();
        HostView view = View();
        metrics.Observed(view);
        return view;
    }

    /// <inheritdoc/>
    public ValueTask<HostView> GetAsync(CancellationToken cancellationToken) => new(View());

    /// <inheritdoc/>
    public async ValueTask<ConfigureAnswer> ConfigureAsync(HostSettings settings, CancellationToken cancellationToken)
    {
        SettingsError? error = _ledger.Configure(
            settings.CapacityBytes, settings.ReserveBytes, settings.PledgedBytes, clock.Now);
        await FlushAsync();
        if (error is null)
        {
            await Task.WhenAll(_joined.Select(TellTermsAsync));
        }

        return Answer(error, container: null, subsystem: null);
    }

    /// <inheritdoc/>
    public async ValueTask<ConfigureAnswer> ConfigureContainerAsync(
        string container, ContainerSettings settings, CancellationToken cancellationToken)
    {
        SettingsError? error = _ledger.ConfigureContainer(
            container,
            settings.LimitBytes,
            settings.GuaranteeBytes,
            settings.MustSucceedQuotaBytes,
            settings.Cgroup,
            clock.Now,
            settings.OwnLimitBytes,
            settings.ResizeMaxBytes,
            settings.MarginPercent);
        await FlushAsync();
        await TellTermsAsync(container);
        return Answer(error, container, subsystem: null);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ForgetContainerAsync(string container, CancellationToken cancellationToken)
    {
        bool gone = _ledger.Forget(container, clock.Now);
        if (gone)
        {
            _joined.Remove(container);
        }

        await FlushAsync();
        return gone;
    }

    /// <inheritdoc/>
    public async ValueTask<ConfigureAnswer> ConfigureSubsystemAsync(
        string container, string subsystem, SubsystemPolicy policy, CancellationToken cancellationToken)
    {
        SubsystemRow row = _ledger.Row(container)?.Subsystems.FirstOrDefault(known => known.Name == subsystem)
            ?? new SubsystemRow(subsystem, options.DefaultMaxUrgency, 0, LastResort.Wait);
        row = row with
        {
            MaxUrgency = (Urgency?)policy.MaxUrgency ?? row.MaxUrgency,
            EmergencyCreditBytes = policy.EmergencyCreditBytes ?? row.EmergencyCreditBytes,
            LastResort = (LastResort?)policy.LastResort ?? row.LastResort,
            LastResortAfter = policy.LastResortAfter ?? row.LastResortAfter,
            LoansComeHome = policy.LoansComeHome ?? row.LoansComeHome,
        };
        SettingsError? error = _ledger.ConfigureSubsystem(container, row);
        await FlushAsync();
        await TellTermsAsync(container);
        return Answer(error, container, subsystem);
    }

    /// <inheritdoc/>
    public ValueTask<ContainerTerms?> GetContainerAsync(string container, CancellationToken cancellationToken) =>
        new(Terms(container));

    /// <inheritdoc/>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        // A stand-in goes on: the silo that stops is another one.
        if (hosts.IsAway(_host))
        {
            return;
        }

        _draining = true;
        await Task.WhenAll(_joined.Select(container => Container(container).DrainAsync(cancellationToken).AsTask()));
        await FlushAsync();
    }

    private ConfigureAnswer Answer(SettingsError? error, string? container, string? subsystem)
    {
        if (error is null)
        {
            events.Publish(new HeadroomEvent
            {
                Type = EventType.Configured,
                Host = _host,
                Container = container,
                Subsystem = subsystem,
            });
        }

        return Wire.Answer(error);
    }

    // What is told is what stood before the write began: something raised while it was under way is not yet durable.
    private async Task FlushAsync()
    {
        (string Container, AllotAnswer Order)[] raised =
            [.. _ledger.TakeRaised().Select(container => (container, Order(container, terms: null)))];
        try
        {
            await _table.FlushAsync();
        }
        catch (Exception error)
        {
            LogWriteFailed(logger, _host, error);
            DeactivateOnIdle();
            throw;
        }

        // A lost push costs a second: the container asks again on its next tick.
        foreach ((string container, AllotAnswer order) in raised)
        {
            Container(container).OrderAsync(order, CancellationToken.None).AsTask().Ignore();
        }
    }

    private async Task TellTermsAsync(string container)
    {
        if (_joined.Contains(container) && _ledger.Current(container) is not null)
        {
            AllotAnswer order = Order(container, Terms(container));
            await FlushAsync();
            await Container(container).OrderAsync(order, CancellationToken.None);
        }
    }

    private AllotAnswer Order(string container, ContainerTerms? terms) => Wire.Answer(
        _ledger.Current(container)!.Value, _ledger.Row(container)!.Epoch, AuthorityLeft(), _ledger.Pressure, terms);

    private IContainerBudgetGrain Container(string container) =>
        GrainFactory.GetGrain<IContainerBudgetGrain>(BudgetKey.Of(_host, container));

    private ContainerTerms? Terms(string container)
    {
        if (_ledger.Row(container) is not { } row)
        {
            return null;
        }

        long limit = _ledger.LimitBytes(container);
        return new ContainerTerms
        {
            Epoch = row.Epoch,
            AllottedBytes = row.AllottedBytes,
            OverdraftBytes = row.OverdraftBytes,
            Order = row.Order,
            LongestTtl = row.LongestTtl,
            AuthorityLease = AuthorityLeft(),
            Settings = new ContainerSettings
            {
                LimitBytes = limit,
                GuaranteeBytes = row.GuaranteeBytes,
                MustSucceedQuotaBytes = row.MustSucceedQuotaBytes,
                Cgroup = row.Cgroup,
                MarginPercent = row.MarginPercent,
                OwnLimitBytes = row.OwnLimitBytes,
                ResizeMaxBytes = row.ResizeMaxBytes,
            },
            Policies = row.Subsystems.ToDictionary(policy => policy.Name, Wire.Policy, StringComparer.Ordinal),
            HostCapacityBytes = _ledger.CapacityBytes,
        };
    }

    private bool IsWatched(string container) =>
        _ledger.Row(container) is { } row && (row.AllottedBytes + row.OverdraftBytes > 0 || row.Cgroup.Length > 0);

    private HostView View() => new()
    {
        Host = _host,
        CapacityBytes = _ledger.CapacityBytes,
        ReserveBytes = _ledger.ReserveBytes,
        PledgedBytes = _ledger.PledgedBytes,
        AllottedBytes = _ledger.AllottedBytes,
        OverdraftBytes = _ledger.OverdraftBytes,
        LoanBytes = _ledger.LentBytes,
        UntrackedBytes = _ledger.UntrackedBytes,
        AvailableBytes =
        [
            _ledger.AvailableBytes(Urgency.Optional),
            _ledger.AvailableBytes(Urgency.SafeToFail),
            _ledger.AvailableBytes(Urgency.RiskyToFail),
            _ledger.AvailableBytes(Urgency.MustSucceed),
        ],
        Pressure = (byte)_ledger.Pressure,
        UsedBytes = _ledger.UsedBytes,
        Containers = [.. _ledger.Containers],
        Watched = [.. _ledger.Containers.Where(IsWatched)],
    };
}
