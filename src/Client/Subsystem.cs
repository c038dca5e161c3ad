using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>Checks what callers say, serves them from credit, and hands the others to the careful path.</summary>
internal sealed class Subsystem : ISubsystem, IDisposable
{
    internal const int MaxReasonLength = 256;

    private const string NoReason = "none given";
    private const string ReservationReason = "reservation";

    private static readonly MustSucceedOptions Default = new();
    private static readonly OperationOptions Usual = new();

    private readonly BudgetSession _session;
    private readonly SubsystemCredit _credit;
    private readonly StripeTable _stripes;
    private readonly HeadroomOptions _options;
    private readonly ILogger _logger;
    private readonly Fallbacks _fallbacks = new();
    private readonly Reclaims _reclaims;
    private readonly StateWatch _states;
    private readonly Homecoming _homecoming;

    internal Subsystem(BudgetSession session, SubsystemCredit credit, HeadroomOptions options, ILogger logger)
    {
        (_session, _credit, _stripes, _options) = (session, credit, credit.Stripes, options);
        _reclaims = new Reclaims(session, credit, logger);
        _states = new StateWatch(credit.Name, logger);
        if (options.OnFailStop is { } stop)
        {
            _states.Add(state => StopAt(state, stop));
        }

        _logger = logger;
        _homecoming = new Homecoming(this, credit, options.TimeProvider, logger);
    }

    public string Name => _credit.Name;

    public long CreditBytes
    {
        get
        {
            CreditAccount account = _credit.Account;
            return Math.Max(0, account.CreditBytes - account.EmergencyBytes);
        }
    }

    public SubsystemState State => _states.Current;

    /// <summary>How good estimates were.</summary>
    internal EstimateTally Estimates { get; } = new();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAcquire(long bytes, Urgency urgency, out MemoryLease lease)
    {
        // Sizes and urgencies that there are not are not in any stripe.
        if (_stripes.TryLease(bytes, urgency, StackPage.Current, out long token) is { } slot)
        {
            lease = new MemoryLease(slot, token, bytes);
            return true;
        }

        return TryAcquire(bytes, urgency, NoReason, out lease);
    }

    public bool TryAcquireMustSucceed(long bytes, string reason, out MemoryLease lease)
    {
        Check(bytes, Urgency.MustSucceed);
        Check(reason);
        return _session.TryLease(_credit, bytes, Urgency.MustSucceed, reason, out lease);
    }

    public ValueTask<MemoryLease> AcquireAsync(
        long bytes, Urgency urgency, CancellationToken cancellationToken = default) =>
        !cancellationToken.IsCancellationRequested
            && _stripes.TryLease(bytes, urgency, StackPage.Current, out long token) is { } slot
            ? ValueTask.FromResult(new MemoryLease(slot, token, bytes))
            : AcquireAsync(bytes, urgency, NoReason, cancellationToken);

    public IOperation Operation(string key, OperationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        if (key.Length > MaxReasonLength)
        {
            throw new ArgumentException($"A key has at most {MaxReasonLength} characters.", nameof(key));
        }

        options ??= Usual;
        if (options.StartBytes is < 1 or > DecayingHistogram.MostBytes
            || options.HalfLife < OperationOptions.LeastHalfLife
            || options.HalfLife > OperationOptions.MostHalfLife)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options, "The start size or half-life cannot be.");
        }

        return _session.Operations.Of(this, key, options);
    }

    /// <summary>As the public one, with the reason of must-succeed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryAcquire(long bytes, Urgency urgency, string reason, out MemoryLease lease)
    {
        Check(bytes, urgency);
        return _session.TryLease(_credit, bytes, urgency, ReasonOf(urgency, reason), out lease);
    }

    /// <summary>As the public one, with the reason of must-succeed.</summary>
    internal ValueTask<MemoryLease> AcquireAsync(
        long bytes, Urgency urgency, string reason, CancellationToken cancellationToken)
    {
        Check(bytes, urgency);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<MemoryLease>(cancellationToken);
        }

        string? needed = ReasonOf(urgency, reason);
        return _session.TryLease(_credit, bytes, urgency, needed, out MemoryLease lease)
            ? ValueTask.FromResult(lease)
            : AskAsync(new PendingRequest(_credit, bytes, urgency, needed ?? ""), cancellationToken);
    }

    public ValueTask<MemoryLease> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken = default) =>
        AcquireMustSucceedAsync(bytes, reason, Default, cancellationToken);

    public ValueTask<MemoryLease> AcquireMustSucceedAsync(
        long bytes, string reason, MustSucceedOptions options, CancellationToken cancellationToken = default)
    {
        Check(bytes, Urgency.MustSucceed);
        Check(reason);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Replicas is < 1 or > 2)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Replicas, "Replicas must be 1 or 2.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<MemoryLease>(cancellationToken);
        }

        if (_session.TryLease(_credit, bytes, Urgency.MustSucceed, reason, out MemoryLease lease))
        {
            return ValueTask.FromResult(lease);
        }

        var request = new PendingRequest(_credit, bytes, Urgency.MustSucceed, reason)
        {
            Replicas = options.AllowLoan ? options.Replicas : 0,
            Fallbacks = _fallbacks,
        };
        return AskAsync(request, cancellationToken);
    }

    public async ValueTask<MemoryReservation> ReserveAsync(long bytes, CancellationToken cancellationToken = default)
    {
        Check(bytes, Urgency.SafeToFail);
        cancellationToken.ThrowIfCancellationRequested();
        ReservedBytes reserved = await ReserveBytesAsync(bytes, cancellationToken);
        return new MemoryReservation(
            _session.Core, reserved, _options.TimeProvider, _options.ReservationIdle, Name, _logger);
    }

    public IDisposable OnReclaim(Action<ReclaimRequest> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnReclaim(request =>
        {
            handler(request);
            return default;
        });
    }

    public IDisposable OnReclaim(Func<ReclaimRequest, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _reclaims.Add(handler);
    }

    public IDisposable OnStateChange(Action<SubsystemState> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _states.Add(handler);
    }

    public IDisposable OnComeHome(Func<MemoryLease, MemoryLease, ValueTask> move)
    {
        ArgumentNullException.ThrowIfNull(move);
        return _homecoming.Add(move);
    }

    public IDisposable RegisterFallback(object fallback)
    {
        ArgumentNullException.ThrowIfNull(fallback);
        return _fallbacks.Add(fallback);
    }

    /// <summary>Bytes taken as SafeToFail is, and held so that nobody asks them back.</summary>
    internal async ValueTask<ReservedBytes> ReserveBytesAsync(long bytes, CancellationToken cancellationToken)
    {
        Urgency held = _credit.MaxUrgency;
        if (_session.TryTake(_credit, bytes, Urgency.SafeToFail, held, out CreditAccount account))
        {
            return ReservedBytes.FromCredit(account, bytes, held);
        }

        var request = new PendingRequest(_credit, bytes, Urgency.SafeToFail, ReservationReason) { Reserves = true };
        MemoryLease lease = await _session.Requests.AskAsync(request, cancellationToken);
        return ReservedBytes.FromLease(_credit.Account, lease);
    }

    /// <summary>An estimated lease ended, and it is known what it needed.</summary>
    internal void Estimated(long leasedBytes, long neededBytes) => Estimates.Ended(leasedBytes, neededBytes);

    /// <summary>All of some reserved bytes as one lease.</summary>
    internal MemoryLease AsLease(ReservedBytes reserved) => reserved.AsLease(_session.Core);

    /// <summary>The authority was heard: what it asks back and how the subsystem stands may be new.</summary>
    internal void Heard()
    {
        _states.Set(_credit.State);
        _reclaims.Look();
    }

    public void Dispose() => _homecoming.Dispose();

    private void StopAt(SubsystemState state, Action<string> stop)
    {
        if (state == SubsystemState.FailStop)
        {
            stop(Name);
        }
    }

    private static string? ReasonOf(Urgency urgency, string reason) =>
        urgency == Urgency.MustSucceed ? reason : null;

    private static void Check(long bytes, Urgency urgency)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        if (urgency > Urgency.MustSucceed)
        {
            throw new ArgumentOutOfRangeException(nameof(urgency), urgency, "Unknown urgency; 0 to 3 are known.");
        }
    }

    private static void Check(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (reason.Length > MaxReasonLength)
        {
            throw new ArgumentException($"A reason has at most {MaxReasonLength} characters.", nameof(reason));
        }
    }

    private async ValueTask<MemoryLease> AskAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        MemoryLease lease = await _session.Requests.AskAsync(request, cancellationToken);
        if (lease.RemoteMemory is not null)
        {
            _homecoming.Watch(lease);
        }

        return lease;
    }
}
