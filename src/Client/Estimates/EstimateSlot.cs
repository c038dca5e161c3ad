namespace Headroom;

/// <summary>
/// What an estimated lease consists of; reused by later leases, of other operations too. Ending a lease moves the token
/// on, so that only one of all copies ends it and none touches a later one.
/// </summary>
internal sealed class EstimateSlot(Operations pool)
{
    private readonly Lock _lock = new();
    private readonly List<MemoryLease> _parts = [];
    private Operation? _operation;
    private long _token;
    private Urgency _urgency;
    private long _firstBytes;
    private long _bytes;
    private long _recorded;
    private long _needed;
    private bool _changed;

    /// <summary>Starts a lease with its first part. Only while the slot is free.</summary>
    internal EstimatedLease Start(Operation operation, MemoryLease first, Urgency urgency)
    {
        lock (_lock)
        {
            (_operation, _urgency, _firstBytes, _bytes) = (operation, urgency, first.Bytes, first.Bytes);
            (_recorded, _needed, _changed) = (-1, -1, false);
            _parts.Add(first);
            Volatile.Write(ref _token, _token + 1);
            return new EstimatedLease(this, _token);
        }
    }

    internal bool Holds(long token) => Volatile.Read(ref _token) == token;

    internal long BytesOf(long token)
    {
        lock (_lock)
        {
            return _token == token ? _bytes : 0;
        }
    }

    internal void Record(long token, long usedBytes)
    {
        lock (_lock)
        {
            _recorded = _token == token ? Math.Max(_recorded, usedBytes) : _recorded;
        }
    }

    internal bool TryGrow(long token, long bytes)
    {
        if (Find(token, out Urgency urgency) is not { } operation)
        {
            return false;
        }

        if (!operation.TryMore(bytes, urgency, out MemoryLease part))
        {
            Lacked(token, bytes);
            return false;
        }

        return TryAdd(token, part);
    }

    internal async ValueTask GrowAsync(long token, long bytes, CancellationToken cancellationToken)
    {
        Operation operation = Find(token, out Urgency urgency) ?? throw Over();
        await AddAsync(token, operation.MoreAsync(bytes, urgency, estimated: false, cancellationToken), bytes);
    }

    internal async ValueTask RestartAsync(long token, CancellationToken cancellationToken)
    {
        Operation operation;
        Urgency urgency;
        long bytes;
        lock (_lock)
        {
            operation = _token == token ? _operation! : throw Over();
            urgency = _urgency;
            EndParts();

            // Having been refused it has no bytes, and asks for the same again.
            bytes = _bytes > 0 ? operation.After(_bytes) : Math.Max(_needed, operation.EstimateBytes);
            _bytes = 0;
            _changed = true;
        }

        await AddAsync(token, operation.MoreAsync(bytes, urgency, estimated: true, cancellationToken), bytes);
    }

    internal void End(long token)
    {
        Operation operation;
        long needed;
        long first;
        lock (_lock)
        {
            if (_token != token)
            {
                return;
            }

            Volatile.Write(ref _token, token + 1);
            operation = _operation!;
            needed = Math.Max(_needed, _recorded >= 0 ? _recorded : _changed && _bytes > 0 ? _bytes : -1);
            first = _firstBytes;
            EndParts();
            _operation = null;
        }

        operation.Ended(first, needed);
        pool.Recycle(this);
    }

    private static ObjectDisposedException Over() => new(nameof(EstimatedLease));

    private Operation? Find(long token, out Urgency urgency)
    {
        lock (_lock)
        {
            urgency = _urgency;
            return _token == token ? _operation : null;
        }
    }

    private async ValueTask AddAsync(long token, ValueTask<MemoryLease> asked, long bytes)
    {
        MemoryLease part;
        try
        {
            part = await asked;
        }
        catch (MemoryRefusedException)
        {
            Lacked(token, bytes);
            throw;
        }

        if (!TryAdd(token, part))
        {
            throw Over();
        }
    }

    private bool TryAdd(long token, MemoryLease part)
    {
        lock (_lock)
        {
            if (_token == token)
            {
                _parts.Add(part);
                _bytes += part.Bytes;
                _changed = true;
                return true;
            }
        }

        part.Dispose();
        return false;
    }

    private void Lacked(long token, long bytes)
    {
        lock (_lock)
        {
            _needed = _token == token ? Math.Max(_needed, Saturated(_bytes, bytes)) : _needed;
        }
    }

    private static long Saturated(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;

    private void EndParts()
    {
        foreach (MemoryLease part in _parts)
        {
            part.Dispose();
        }

        _parts.Clear();
    }
}
