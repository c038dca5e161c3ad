using System.Net;
using Headroom.Contracts;

namespace Headroom.Remote;

/// <summary>
/// One replica: the frames on their way to its lender, and the connection, made anew when it breaks. Once lost it stays
/// lost: what was written meanwhile is not there.
/// </summary>
internal sealed partial class RemoteLink : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RemoteFrames _frames = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EndPoint _place;
    private readonly long _size;
    private readonly RemoteTimes _times;
    private readonly TimeProvider _time;
    private readonly Func<RemoteLink, bool> _hasOther;
    private readonly Action<RemoteLink> _wasLost;
    private RemoteWire? _wire;
    private TaskCompletionSource? _senderLeft;
    private bool _sending;
    private bool _isSilent;

    // Tries count from the first break after the last answer: a lender that welcomes and answers nothing is no lender.
    private bool _answered = true;
    private long _fruitlessSince;
    private int _progressSeen;
    private int _silentBeats;

    /// <param name="part">Where the replica is.</param>
    /// <param name="size">Bytes that it must have.</param>
    /// <param name="times">When it is given up.</param>
    /// <param name="time">For pauses and deadlines.</param>
    /// <param name="hasOther">Whether reads can go to another when this one's connection breaks.</param>
    /// <param name="wasLost">Told once, when it is lost.</param>
    public RemoteLink(
        LoanPart part,
        long size,
        RemoteTimes times,
        TimeProvider time,
        Func<RemoteLink, bool> hasOther,
        Action<RemoteLink> wasLost)
    {
        (Part, _size, _times, _time, _hasOther, _wasLost) = (part, size, times, time, hasOther, wasLost);
        _place = Place(part.Endpoint);
    }

    /// <summary>Where the replica is.</summary>
    public LoanPart Part { get; }

    /// <summary>Why it was lost; null while it is not.</summary>
    public string? LostBecause { get; private set; }

    /// <summary>Whether frames go out now.</summary>
    public bool IsUp => Volatile.Read(ref _wire) is not null;

    /// <summary>Completes when it has connected for the first time, or was lost.</summary>
    public Task FirstTry => _firstTry.Task;

    /// <summary>Takes a frame; false, with the frame untouched, when it is lost.</summary>
    public bool TryAdd(RemoteFrame frame)
    {
        RemoteWire wire;
        lock (_gate)
        {
            if (LostBecause is not null)
            {
                return false;
            }

            _frames.Add(frame);
            if (_wire is null || _sending)
            {
                return true;
            }

            _sending = true;
            wire = _wire;
        }

        // Whoever finds nobody sending does it: at rest the frame is on the wire before this returns.
        _ = SendAsync(wire);
        return true;
    }

    /// <summary>Gives it up. Frames under way end as lost, each once nothing touches its buffer any more.</summary>
    public void Lose(string why)
    {
        RemoteWire? wire;
        lock (_gate)
        {
            if (LostBecause is not null)
            {
                return;
            }

            LostBecause = why;
            wire = _wire;
        }

        _stop.Cancel();
        wire?.Dispose();
        _wasLost(this);
    }

    /// <summary>Notes that a beat has passed.</summary>
    public void Beat()
    {
        RemoteWire? wire;
        bool ping;
        lock (_gate)
        {
            wire = _wire;
            if (wire is null)
            {
                return;
            }

            ping = _frames.IsEmpty;
            _silentBeats = ping || wire.Progress != _progressSeen ? 0 : _silentBeats + 1;
            _progressSeen = wire.Progress;
            _isSilent = _silentBeats >= _times.MostSilentBeats;
        }

        if (_isSilent)
        {
            wire.Dispose();
        }
        else if (ping)
        {
            TryAdd(RemoteFrame.Ping());
        }
    }

    /// <summary>Only after <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => _stop.Dispose();
}
