namespace Headroom.Silo.Http.Leases;

/// <summary>
/// Knows which requests are being answered, so that a client who hung up takes back its request only when nobody else
/// asks for the same one: a client whose connection broke asks again at once, often before the first call is seen to
/// be gone.
/// </summary>
internal sealed class RequestsUnderWay
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Entry> _entries = [];

    /// <summary>How many different requests are under way.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>
    /// Begins to answer a request; each call is followed by one of <see cref="Leave"/> or <see cref="AbandonAsync"/>.
    /// Waits for a taking back of the same request that is under way: it would hit this one.
    /// </summary>
    public Task EnterAsync(Guid requestId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(requestId, out Entry? entry))
            {
                _entries.Add(requestId, entry = new Entry());
            }

            entry.Callers++;
            return entry.TakingBack is { } takingBack
                ? takingBack.Task.WaitAsync(cancellationToken)
                : Task.CompletedTask;
        }
    }

    /// <summary>The request was answered.</summary>
    public void Leave(Guid requestId)
    {
        lock (_gate)
        {
            Entry entry = _entries[requestId];
            entry.Callers--;
            Tidy(requestId, entry);
        }
    }

    /// <summary>The client is gone: takes the request back, unless somebody else still asks for it.</summary>
    public async Task AbandonAsync(Guid requestId, Func<Task> takeBack)
    {
        Entry entry;
        TaskCompletionSource takingBack;
        lock (_gate)
        {
            entry = _entries[requestId];
            entry.Callers--;
            if (entry.Callers > 0 || entry.TakingBack is not null)
            {
                Tidy(requestId, entry);
                return;
            }

            takingBack = entry.TakingBack =
                new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await takeBack();
        }
        finally
        {
            lock (_gate)
            {
                entry.TakingBack = null;
                Tidy(requestId, entry);
            }

            takingBack.SetResult();
        }
    }

    private void Tidy(Guid requestId, Entry entry)
    {
        if (entry.Callers == 0 && entry.TakingBack is null)
        {
            _entries.Remove(requestId);
        }
    }

    private sealed class Entry
    {
        public int Callers { get; set; }

        public TaskCompletionSource? TakingBack { get; set; }
    }
}
