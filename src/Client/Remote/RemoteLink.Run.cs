using System.Net;
using System.Net.Sockets;

namespace Headroom.Remote;

internal sealed partial class RemoteLink
{
    // A caller that became the sender serves others too; not for ever.
    private const int RoundsInARow = 32;

    // Small writes are gathered; larger ones go out from where they are.
    private const int GatherBytes = 16 << 10;

    /// <summary>Keeps it connected until it is lost.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await ConnectAsync() is { } wire)
            {
                await ServeAsync(wire);
            }
        }
        finally
        {
            Lose("its connection failed");
            List<RemoteFrame> frames;
            lock (_gate)
            {
                frames = _frames.Rewind(_ => false);
            }

            frames.ForEach(frame => frame.End(FrameOutcome.Lost));
            _firstTry.TrySetResult();
        }
    }

    // An IPv4 or IPv6 address, or a name, and a port.
    private static EndPoint Place(string endpoint) => IPEndPoint.TryParse(endpoint, out IPEndPoint? place)
        ? place
        : endpoint.LastIndexOf(':') is var colon and > 0 && ushort.TryParse(endpoint[(colon + 1)..], out ushort port)
            ? new DnsEndPoint(endpoint[..colon], port)
            : throw new ArgumentException($"'{endpoint}' is not an address and a port.", nameof(endpoint));

    // Null when it is lost.
    private async ValueTask<RemoteWire?> ConnectAsync()
    {
        var hello = new MemoryHello(MemoryProtocol.Version, Part.Loan.Epoch, Part.Loan.Number);
        if (_answered)
        {
            (_answered, _fruitlessSince) = (false, _time.GetTimestamp());
        }

        TimeSpan left = _times.ReconnectFor - _time.GetElapsedTime(_fruitlessSince);
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        string why = "its connections broke before anything was answered";
        while (!either.IsCancellationRequested)
        {
            try
            {
                (MemoryWelcome welcome, RemoteWire? wire) =
                    await RemoteWire.ConnectAsync(_place, hello, Part.Token, either.Token);
                if (wire is not null && welcome.Size == _size)
                {
                    return wire;
                }

                wire?.Dispose();
                Lose(wire is null
                    ? $"{Part.Host} answered {welcome.Status}"
                    : $"{Part.Host} has {welcome.Size} bytes of it instead of {_size}");
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // The server listens for as long as its process lives: so the process is gone, and the bytes with it.
                Lose($"nobody listens at {Part.Endpoint} of {Part.Host}");
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                why = error.Message;
                await PauseAsync(either.Token);
            }
        }

        Lose($"{Part.Host} was not reached at {Part.Endpoint} for {_times.ReconnectFor.TotalSeconds:0.#} s: {why}");
        return null;
    }

    private async ValueTask ServeAsync(RemoteWire wire)
    {
        bool begin;
        lock (_gate)
        {
            if (LostBecause is not null)
            {
                wire.Dispose();
                return;
            }

            _wire = wire;
            _silentBeats = 0;
            begin = _sending = _frames.HasUnsent;
        }

        _firstTry.TrySetResult();
        if (begin)
        {
            _ = SendAsync(wire);
        }

        try
        {
            await ReceiveAsync(wire);
        }
        catch (Exception error) when (IsBreak(error))
        {
            // Told apart below: silent, or to be made anew.
        }
        finally
        {
            wire.Dispose();
            await WithoutSenderAsync();
            MoveReads();
        }

        if (!_answered)
        {
            await PauseAsync(_stop.Token);
        }

        if (_isSilent)
        {
            double seconds = _times.MostSilentBeats * _times.Beat.TotalSeconds;
            Lose($"{Part.Host} was silent for {seconds:0.#} s");
        }
    }

    private async ValueTask PauseAsync(CancellationToken cancellationToken) => await Task
        .Delay(_times.ReconnectPause, _time, cancellationToken)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task WithoutSenderAsync()
    {
        lock (_gate)
        {
            _wire = null;
            _senderLeft = _sending ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            return _senderLeft?.Task ?? Task.CompletedTask;
        }
    }

    // Writes are for this replica and stay; a read is as good elsewhere, now. A ping was for the connection.
    private void MoveReads()
    {
        bool hasOther = _hasOther(this);
        List<RemoteFrame> moved;
        lock (_gate)
        {
            moved = _frames.Rewind(frame =>
                frame.Call == MemoryCall.Write || (frame.Call == MemoryCall.Read && !hasOther));
        }

        moved.ForEach(frame => frame.End(FrameOutcome.Elsewhere));
    }

    private async Task SendAsync(RemoteWire wire)
    {
        try
        {
            for (int round = 1; TryGather(wire, out RemoteFrame? large, out uint id); round++)
            {
                await wire.SendAsync(large, id);
                if (round % RoundsInARow == 0)
                {
                    await Task.Yield();
                }
            }
        }
        catch (Exception)
        {
            // A break, or a caller's buffer that is gone: either way frames are missing from here on. The receiver sees
            // the end too, and makes the connection anew; fruitlessly for too long, and the replica is lost.
            wire.Dispose();
            lock (_gate)
            {
                StopSending();
            }
        }
    }

    // False when there is nothing to send: then nobody sends, and whoever adds next begins.
    private bool TryGather(RemoteWire wire, out RemoteFrame? large, out uint id)
    {
        large = null;
        id = 0;
        lock (_gate)
        {
            if (_wire != wire || !_frames.HasUnsent)
            {
                StopSending();
                return false;
            }

            while (large is null && _frames.Peek() is { } next)
            {
                bool isLarge = next.Source.Length > GatherBytes;
                if (!wire.HasSpace(isLarge ? 0 : next.Source.Length))
                {
                    break;
                }

                _frames.Send(out id);
                if (isLarge)
                {
                    large = next;
                }
                else
                {
                    wire.Gather(next, id);
                }
            }

            return true;
        }
    }

    private void StopSending()
    {
        _sending = false;
        _senderLeft?.TrySetResult();
    }

    private async ValueTask ReceiveAsync(RemoteWire wire)
    {
        while (true)
        {
            MemoryReply reply = await wire.ReceiveAsync();
            RemoteFrame? frame;
            lock (_gate)
            {
                frame = _frames.Answered(reply.Id);
            }

            int expected = frame?.Call == MemoryCall.Read ? frame.Length : 0;
            if (frame is null || reply.Status != MemoryStatus.Ok || reply.Length != expected)
            {
                Lose($"{Part.Host} answered {reply.Status} with {reply.Length} bytes to frame {reply.Id}");
                return;
            }

            await wire.ReceiveAsync(frame.Target);
            lock (_gate)
            {
                _frames.Take();
            }

            _answered = true;
            frame.End(FrameOutcome.Done);
        }
    }

    private static bool IsBreak(Exception error) =>
        error is SocketException or IOException or ObjectDisposedException;
}
