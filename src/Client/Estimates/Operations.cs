using System.Collections.Concurrent;

namespace Headroom;

/// <summary>The operations of a process: as many as fit, the one that learned nothing for longest gives way.</summary>
internal sealed class Operations(Func<TimeSpan> now)
{
    /// <summary>More than these replace one another; each costs about 5 KB.</summary>
    internal const int Most = 1024;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(string Subsystem, string Key), Operation> _known = new();

    // As many as there were leases at once.
    private readonly ConcurrentQueue<EstimateSlot> _free = new();

    internal TimeSpan Now => now();

    /// <summary>The operation of a key; made with these options if it is not known.</summary>
    internal Operation Of(Subsystem subsystem, string key, OperationOptions options)
    {
        if (_known.TryGetValue((subsystem.Name, key), out Operation? known))
        {
            return known;
        }

        lock (_lock)
        {
            if (_known.TryGetValue((subsystem.Name, key), out known))
            {
                return known;
            }

            if (_known.Count >= Most)
            {
                _known.TryRemove(_known.MinBy(row => row.Value.Estimate.LearnedAt).Key, out _);
            }

            var estimate = new UseEstimate(options.StartBytes, options.HalfLife, Now);
            return _known[(subsystem.Name, key)] = new Operation(subsystem, key, estimate, this);
        }
    }

    internal EstimatedLease Start(Operation operation, MemoryLease first, Urgency urgency) =>
        (_free.TryDequeue(out EstimateSlot? slot) ? slot : new EstimateSlot(this)).Start(operation, first, urgency);

    internal void Recycle(EstimateSlot slot) => _free.Enqueue(slot);
}
