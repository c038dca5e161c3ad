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

    public SubsystemState State => _states.Current;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAcquire(long bytes, Urgency urgency, out MemoryLease lease)
    {
        // Sizes and urgencies that there are not are not in any stripe.
        if (_stripes.TryLease(bytes, urgency, StackPage.Current, out long token) is { } slot)
        {
            lease = new MemoryLease(slot, token, bytes);
            return true;
        }

        return TryAcquireOtherwise(bytes, urgency, out lease);
    }

    public ValueTask<MemoryLease> AcquireAsync(
        long bytes, Urgency urgency, CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.IsCancellationRequested
            && _stripes.TryLease(bytes, urgency, StackPage.Current, out long token) is { } slot)
        {
            return new ValueTask<MemoryLease>(new MemoryLease(slot, token, bytes));
        }

        Check(bytes, urgency);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<MemoryLease>(cancellationToken);
        }

        string? reason = ReasonOf(urgency);
        return _session.TryLease(_credit, bytes, urgency, reason, out MemoryLease lease)
            ? ValueTask.FromResult(lease)
            : AskAsync(new PendingRequest(_credit, bytes, urgency, reason ?? ""), cancellationToken);
    }

    public ValueTask<MemoryLease> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken = default) =>
        AcquireMustSucceedAsync(bytes, reason, Default, cancellationToken);

    public ValueTask<MemoryLease> AcquireMustSucceedAsync(
        long bytes, string reason, MustSucceedOptions options, CancellationToken cancellationToken = default)
    {
        Check(bytes, Urgency.MustSucceed);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentNullException.ThrowIfNull(options);
        if (reason.Length > MaxReasonLength)
        {
            throw new ArgumentException($"A reason has at most {MaxReasonLength} characters.", nameof(reason));
        }

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

    /// <summary>All of some reserved bytes as one lease.</summary>
    internal MemoryLease AsLease(ReservedBytes reserved) => reserved.AsLease(_session.Core);

    /// <summary>The authority was heard: what it asks back and how the subsystem stands may be new.</summary>
    internal void Heard()
    {
        _states.Set(_credit.State);
        _reclaims.Look();
    }

    public void Dispose() => _homecoming.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAcquireOtherwise(long bytes, Urgency urgency, out MemoryLease lease)
    {
        Check(bytes, urgency);
        return _session.TryLease(_credit, bytes, urgency, ReasonOf(urgency), out lease);
    }

    private void StopAt(SubsystemState state, Action<string> stop)
    {
        if (state == SubsystemState.FailStop)
        {
            stop(Name);
        }
    }

    private static string? ReasonOf(Urgency urgency) => urgency == Urgency.MustSucceed ? NoReason : null;

    private static void Check(long bytes, Urgency urgency)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        if (urgency > Urgency.MustSucceed)
        {
            throw new ArgumentOutOfRangeException(nameof(urgency), urgency, "Unknown urgency; 0 to 3 are known.");
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
