using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>
/// Calls the handlers of one subsystem when memory is asked back: off the session's loop, one after another, so that a
/// handler may itself wait for memory.
/// </summary>
internal sealed partial class Reclaims(BudgetSession session, SubsystemCredit credit, ILogger logger)
{
    /// <summary>
    /// Handlers that did not give all are asked for the same again not before this: who has nothing more to give is not
    /// to be asked with each of hundreds of exchanges a second.
    /// </summary>
    internal static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private ImmutableArray<Func<ReclaimRequest, ValueTask>> _handlers = [];
    private (Urgency Below, long KeepBytes) _asked;
    private TimeSpan _notBefore = TimeSpan.MinValue;
    private long _pendingBytes;
    private bool _running;
    private bool _warned;

    internal IDisposable Add(Func<ReclaimRequest, ValueTask> handler)
    {
        lock (_lock)
        {
            _handlers = _handlers.Add(handler);
            _notBefore = TimeSpan.MinValue;
        }

        Look();
        return new Registration(() => Remove(handler));
    }

    /// <summary>Calls the handlers, if memory is asked back. Returns at once.</summary>
    internal void Look()
    {
        ReclaimDemand? asked = session.Core.Demand(credit);
        lock (_lock)
        {
            if (asked is not { } demand)
            {
                // What comes next is somebody else's need, also when it is for as much.
                _notBefore = TimeSpan.MinValue;
                _pendingBytes = 0;
                return;
            }

            Count(demand);

            if (_handlers.IsEmpty)
            {
                WarnOnce(demand);
                return;
            }

            if (_running || !IsDue(demand))
            {
                return;
            }

            Begin(demand);
        }

        _ = Background.Run(RunAsync);
    }

    private void Remove(Func<ReclaimRequest, ValueTask> handler)
    {
        lock (_lock)
        {
            _handlers = _handlers.Remove(handler);
        }
    }

    private void WarnOnce(ReclaimDemand demand)
    {
        if (!_warned)
        {
            _warned = true;
            LogNobody(logger, credit.Name, demand.Bytes, demand.Below);
        }
    }

    private bool IsDue(ReclaimDemand demand) =>
        _asked != (demand.Below, demand.KeepBytes) || session.Now >= _notBefore;

    // A demand says what is to come back in all: what is more than before was not asked yet.
    private void Count(ReclaimDemand demand)
    {
        if (demand.Bytes > _pendingBytes)
        {
            session.Metrics.Asked(credit.Name, demand.Bytes - _pendingBytes);
        }

        _pendingBytes = demand.Bytes;
    }

    private void Begin(ReclaimDemand demand)
    {
        _running = true;
        _asked = (demand.Below, demand.KeepBytes);
    }

    private async Task RunAsync()
    {
        bool again = true;
        while (again)
        {
            foreach (Func<ReclaimRequest, ValueTask> handler in Handlers())
            {
                // What the one before gave back is not asked of the next.
                if (session.Core.Demand(credit) is not { } left)
                {
                    break;
                }

                TimeSpan within = left.Until - session.Now;
                within = within > TimeSpan.Zero ? within : TimeSpan.Zero;
                await CallAsync(handler, new ReclaimRequest(credit.Name, left.Bytes, left.Below, within)
                {
                    Heap = session.Heap,
                });
            }

            again = EndOrAgain();
        }
    }

    private ImmutableArray<Func<ReclaimRequest, ValueTask>> Handlers()
    {
        lock (_lock)
        {
            return _handlers;
        }
    }

    // Something else may have been asked while the handlers were at it.
    private bool EndOrAgain()
    {
        ReclaimDemand? demand = session.Core.Demand(credit);
        lock (_lock)
        {
            _notBefore = demand is null ? TimeSpan.MinValue : session.Now + Repeat;
            _running = false;
            if (demand is { } next && !_handlers.IsEmpty && IsDue(next))
            {
                Begin(next);
            }

            return _running;
        }
    }

    private async ValueTask CallAsync(Func<ReclaimRequest, ValueTask> handler, ReclaimRequest request)
    {
        ReclaimTrace trace = ReclaimTrace.Begin(request);
        TimeSpan start = session.Now;
        string? failed = null;
        try
        {
            await handler(request);
        }
        catch (Exception error)
        {
            // The application's code: the other handlers still get their turn.
            LogHandlerFailed(logger, credit.Name, error);
            failed = Telemetry.TypeOf(error);
        }

        // A session that is over is asked for nothing, and has given nothing by that.
        long left = session.Core.Demand(credit)?.Bytes ?? (session.Core.IsOpen(session.Now) ? 0 : request.Bytes);
        long given = Math.Max(0, request.Bytes - left);
        session.Metrics.Reclaimed(credit.Name, given, session.Now - start, failed);
        trace.End(given, failed);
    }
}
