namespace Headroom;

/// <summary>
/// Bytes of holders that lapsed and were not yet seen gone. Nothing is ever free on a timer alone: a stalled process
/// still occupies what it held.
/// </summary>
internal sealed class Ghosts
{
    private readonly SortedDictionary<Guid, Ghost> _bySession = [];
    private readonly Queue<(long Watch, TimeSpan At, long Bytes, long Beyond)> _unwitnessed = new();

    /// <summary>All ghost bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Those that no mark of an earlier epoch stands for.</summary>
    public long BeyondBytes { get; private set; }

    public IEnumerable<(Guid Session, ProcessIdentity Process)> Watched =>
        _bySession.Where(pair => pair.Value.Process.IsKnown)
            .Select(pair => (pair.Key, pair.Value.Process));

    public long Find(Guid session) => _bySession.TryGetValue(session, out Ghost? ghost) ? ghost.Bytes : 0;

    /// <summary>What of a session's ghost the mark of an earlier epoch stands for.</summary>
    public long Base(Guid session) => _bySession[session].BaseBytes;

    public bool Knows(Guid session) => _bySession.ContainsKey(session);

    /// <summary>A session lapsed.</summary>
    /// <param name="session">The session.</param>
    /// <param name="process">Its process, the witness.</param>
    /// <param name="bytes">What it held.</param>
    /// <param name="baseBytes">What of it the mark of an earlier epoch stands for.</param>
    /// <param name="watch">The first watch list whose reading counts, when the process cannot be seen.</param>
    /// <param name="now">When it lapsed.</param>
    public void Add(Guid session, ProcessIdentity process, long bytes, long baseBytes, long watch, TimeSpan now)
    {
        if (bytes == 0)
        {
            return;
        }

        var ghost = new Ghost
        {
            Process = process,
            Bytes = bytes,
            BaseBytes = baseBytes,
            Watch = watch,
            LapsedAt = now,
        };
        _bySession.Add(session, ghost);
        Bytes += bytes;
        BeyondBytes += ghost.BeyondBytes;
    }

    /// <summary>A holder that nobody can look at lapsed.</summary>
    public void AddUnwitnessed(long bytes, long beyondBytes, long watch, TimeSpan now)
    {
        if (bytes > 0)
        {
            _unwitnessed.Enqueue((watch, now, bytes, beyondBytes));
            Bytes += bytes;
            BeyondBytes += beyondBytes;
        }
    }

    /// <summary>The client came back, or its process is seen gone.</summary>
    public void Remove(Guid session)
    {
        if (_bySession.Remove(session, out Ghost? ghost))
        {
            Bytes -= ghost.Bytes;
            BeyondBytes -= ghost.BeyondBytes;
        }
    }

    /// <summary>
    /// The client was told that what it says of this session is not believed: it gives up what it held. Its process
    /// lives on and says nothing about that any more, so the next reading of the whole has to.
    /// </summary>
    public void Disown(Guid session, long watch)
    {
        if (_bySession.TryGetValue(session, out Ghost? ghost))
        {
            ghost.Process = ProcessIdentity.None;
            ghost.Watch = watch;
        }
    }

    /// <summary>
    /// The process is alive: it holds no more than what was resident, if that was read after it lapsed. Only of holders
    /// that lapsed before the authority was last confirmed: one that a newer authority knows may use it yet.
    /// </summary>
    public void Shrink(Guid session, long residentBytes, long watch, TimeSpan confirmed)
    {
        if (_bySession.TryGetValue(session, out Ghost? ghost)
            && ghost.LapsedAt <= confirmed
            && ghost.Watch <= watch && residentBytes < ghost.Bytes)
        {
            Bytes -= ghost.Bytes;
            BeyondBytes -= ghost.BeyondBytes;
            ghost.Bytes = residentBytes;
            Bytes += ghost.Bytes;
            BeyondBytes += ghost.BeyondBytes;
        }
    }

    /// <summary>
    /// A reading of the whole replaces the ghosts that nobody can look at and that were there before it began: what
    /// of them is real is now part of what is untracked. Only those that were there before the authority was last
    /// confirmed.
    /// </summary>
    public void Read(long watch, IReadOnlySet<Guid> visible, TimeSpan confirmed)
    {
        while (_unwitnessed.TryPeek(out (long Watch, TimeSpan At, long Bytes, long Beyond) first)
            && first.Watch <= watch
            && first.At <= confirmed)
        {
            _unwitnessed.Dequeue();
            Bytes -= first.Bytes;
            BeyondBytes -= first.Beyond;
        }

        Guid[] unseen =
        [
            .. _bySession
                .Where(pair => pair.Value.Watch <= watch && pair.Value.LapsedAt <= confirmed
                    && !(pair.Value.Process.IsKnown && visible.Contains(pair.Key)))
                .Select(pair => pair.Key),
        ];
        foreach (Guid session in unseen)
        {
            Remove(session);
        }
    }

    /// <summary>Learning is over: marks of earlier epochs stand for nothing any more.</summary>
    public void ForgetBases()
    {
        foreach (Ghost ghost in _bySession.Values)
        {
            ghost.BaseBytes = 0;
        }

        (long Watch, TimeSpan At, long Bytes, long Beyond)[] unwitnessed = [.. _unwitnessed];
        _unwitnessed.Clear();
        foreach ((long watch, TimeSpan at, long bytes, _) in unwitnessed)
        {
            _unwitnessed.Enqueue((watch, at, bytes, bytes));
        }

        BeyondBytes = Bytes;
    }

    private sealed class Ghost
    {
        public required ProcessIdentity Process { get; set; }

        public required long Bytes { get; set; }

        public required long BaseBytes { get; set; }

        public required long Watch { get; set; }

        public required TimeSpan LapsedAt { get; init; }

        public long BeyondBytes => Math.Max(0, Bytes - BaseBytes);
    }
}
