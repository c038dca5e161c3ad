using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>
/// Calls the handlers of one subsystem when memory is asked back: off the session's loop, one demand at a time, so that
/// a handler may itself wait for memory.
/// </summary>
internal sealed partial class Reclaims(string subsystem, ILogger logger)
{
    private readonly Lock _lock = new();
    private ImmutableArray<Func<ReclaimRequest, ValueTask>> _handlers = [];
    private ReclaimDemand? _next;
    private bool _running;
    private bool _warned;

    internal IDisposable Add(Func<ReclaimRequest, ValueTask> handler)
    {
        lock (_lock)
        {
            _handlers = _handlers.Add(handler);
        }

        return new Registration(() => Remove(handler));
    }

    /// <summary>Memory is asked back; what is asked is always the whole, so the latest demand is the one.</summary>
    internal void Ask(ReclaimDemand demand)
    {
        lock (_lock)
        {
            _next = demand;
            if (_running)
            {
                return;
            }

            if (_handlers.IsEmpty)
            {
                WarnOnce(demand);
                return;
            }

            _running = true;
        }

        _ = Task.Run(RunAsync);
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
            LogNobody(logger, subsystem, demand.Bytes, demand.Below);
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            ReclaimDemand demand;
            ImmutableArray<Func<ReclaimRequest, ValueTask>> handlers;
            lock (_lock)
            {
                if (_next is not { } next)
                {
                    _running = false;
                    return;
                }

                demand = next;
                _next = null;
                handlers = _handlers;
            }

            foreach (Func<ReclaimRequest, ValueTask> handler in handlers)
            {
                // What the one before gave back is not asked of the next.
                long left = demand.Credit.Core.AboveBytes(demand.Credit);
                if (left == 0)
                {
                    break;
                }

                await CallAsync(handler, new ReclaimRequest(subsystem, left, demand.Below, demand.Within));
            }
        }
    }

    private async ValueTask CallAsync(Func<ReclaimRequest, ValueTask> handler, ReclaimRequest request)
    {
        try
        {
            await handler(request);
        }
        catch (Exception error)
        {
            // The application's code: the other handlers still get their turn.
            LogHandlerFailed(logger, subsystem, error);
        }
    }
}
