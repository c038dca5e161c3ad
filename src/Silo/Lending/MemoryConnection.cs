using System.Net.Sockets;
using Headroom.Remote;

namespace Headroom.Silo.Lending;

/// <summary>
/// One borrower's connection. Frames are served one after the other, each answer in its turn: a frame sees all that was
/// written before it, and a borrower that does not read its answers is not read either.
/// </summary>
internal sealed class MemoryConnection(Socket socket, PledgedMemory memory, LendingMetrics metrics) : IDisposable
{
    // Small: of a large write at most so much is copied once more than it must be. Large enough for some hundred reads.
    private const int InputBytes = 16 << 10;

    // Answers that are up to half of it long are gathered; longer ones go straight from the loan's memory.
    private const int OutputBytes = 32 << 10;
    private const int GatherBytes = OutputBytes / 2;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NativeSlice _slice = new();
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(InputBytes);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(OutputBytes);
    private int _inputFrom;
    private int _inputTo;
    private int _outputTo;
    private int _reason;
    private int _progress;
    private int _progressSeen;
    private int _silentBeats;

    /// <summary>Completes when nothing touches a loan's memory for this connection any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why it was closed first.</summary>
    public CloseReason Reason => (CloseReason)Volatile.Read(ref _reason);

    /// <summary>Whether it has shown a token.</summary>
    public bool IsWelcome { get; private set; }

    /// <summary>Ends it; the first reason counts. Whatever is under way at the socket fails.</summary>
    public void Close(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)CloseReason.None) == (int)CloseReason.None)
        {
            socket.Dispose();
        }
    }

    /// <summary>Notes that a beat has passed, and closes it after so many in which nothing went either way.</summary>
    public void Beat(int mostSilent)
    {
        int progress = Volatile.Read(ref _progress);
        _silentBeats = progress == _progressSeen ? _silentBeats + 1 : 0;
        _progressSeen = progress;
        if (_silentBeats >= mostSilent)
        {
            Close(CloseReason.Silent);
        }
    }

    /// <summary>Serves until it ends; never throws.</summary>
    public async Task ServeAsync()
    {
        try
        {
            if (await WelcomeAsync() is { } pledge)
            {
                IsWelcome = true;
                Close(await ServeAsync(pledge));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
        {
            Close(CloseReason.Broken);
        }
        finally
        {
            // Whatever else was thrown is a fault of this program, for whoever runs it to see; the socket goes all the
            // same.
            Close(CloseReason.Broken);
            _ended.SetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close(CloseReason.Stopped);
        ((IDisposable)_slice).Dispose();
    }

    private async ValueTask<Pledge?> WelcomeAsync()
    {
        if (!await FillAsync(MemoryHello.Bytes))
        {
            Close(CloseReason.Peer);
            return null;
        }

        (MemoryStatus status, Pledge? pledge) = Judge();
        _inputFrom += MemoryHello.Bytes;
        if (pledge is not null && !await pledge.AttachAsync(this))
        {
            (status, pledge) = (MemoryStatus.Refused, null);
        }

        new MemoryWelcome(status, pledge?.Size ?? 0).Write(_output);
        _outputTo = MemoryWelcome.Bytes;
        await FlushAsync();
        if (pledge is null)
        {
            Close(status switch
            {
                MemoryStatus.Refused => CloseReason.Refused,
                MemoryStatus.OtherVersion => CloseReason.OtherVersion,
                _ => CloseReason.BadFrame,
            });
        }

        return pledge;
    }

    private (MemoryStatus Status, Pledge? Pledge) Judge()
    {
        if (!MemoryHello.TryRead(_input.AsSpan(_inputFrom), out MemoryHello hello, out ReadOnlySpan<byte> token))
        {
            return (MemoryStatus.BadFrame, null);
        }

        if (hello.Version != MemoryProtocol.Version)
        {
            return (MemoryStatus.OtherVersion, null);
        }

        return memory.TryFind(hello.Epoch, hello.Number, token, out Pledge? pledge)
            ? (MemoryStatus.Ok, pledge)
            : (MemoryStatus.Refused, null);
    }

    private async ValueTask<CloseReason> ServeAsync(Pledge pledge)
    {
        while (await FillAsync(MemoryRequest.Bytes))
        {
            MemoryRequest request = MemoryRequest.Read(_input.AsSpan(_inputFrom));
            _inputFrom += MemoryRequest.Bytes;
            if (!request.IsWellFormed)
            {
                await RefuseAsync(request, MemoryStatus.BadFrame);
                return CloseReason.BadFrame;
            }

            if (!MemoryProtocol.IsInside(request.Offset, request.Length, pledge.Size))
            {
                await RefuseAsync(request, MemoryStatus.OutOfRange);
                return CloseReason.OutOfRange;
            }

            if (!pledge.TryEnter())
            {
                return CloseReason.Freed;
            }

            try
            {
                bool whole = request.Call switch
                {
                    MemoryCall.Write => await WriteAsync(pledge, request),
                    MemoryCall.Read => await ReadAsync(pledge, request),
                    _ => await AnswerAsync(request, 0),
                };
                if (!whole)
                {
                    return CloseReason.Peer;
                }
            }
            finally
            {
                pledge.Leave();
            }
        }

        return CloseReason.Peer;
    }

    private async ValueTask<bool> WriteAsync(Pledge pledge, MemoryRequest request)
    {
        int at = CopyInput(pledge, request);
        while (at < request.Length)
        {
            int received = await socket.ReceiveAsync(Show(pledge, request, at), SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            _progress++;
            at += received;
        }

        metrics.Written(request.Length);
        return await AnswerAsync(request, 0);
    }

    private async ValueTask<bool> ReadAsync(Pledge pledge, MemoryRequest request)
    {
        metrics.Read(request.Length);
        if (request.Length <= GatherBytes)
        {
            await MakeSpaceAsync(MemoryReply.Bytes + request.Length);
            await AnswerAsync(request, request.Length);
            Show(pledge, request, 0).Span.CopyTo(_output.AsSpan(_outputTo));
            _outputTo += request.Length;
            return true;
        }

        await AnswerAsync(request, request.Length);
        await FlushAsync();
        await SendAsync(Show(pledge, request, 0));
        return true;
    }

    private async ValueTask<bool> AnswerAsync(MemoryRequest request, int length)
    {
        await MakeSpaceAsync(MemoryReply.Bytes);
        new MemoryReply(MemoryStatus.Ok, request.Id, length).Write(_output.AsSpan(_outputTo));
        _outputTo += MemoryReply.Bytes;
        return true;
    }

    private async ValueTask RefuseAsync(MemoryRequest request, MemoryStatus status)
    {
        await MakeSpaceAsync(MemoryReply.Bytes);
        new MemoryReply(status, request.Id, 0).Write(_output.AsSpan(_outputTo));
        _outputTo += MemoryReply.Bytes;
        await FlushAsync();
    }

    private int CopyInput(Pledge pledge, MemoryRequest request)
    {
        int length = Math.Min(request.Length, _inputTo - _inputFrom);
        _input.AsSpan(_inputFrom, length).CopyTo(Show(pledge, request, 0).Span);
        _inputFrom += length;
        return length;
    }

    private unsafe Memory<byte> Show(Pledge pledge, MemoryRequest request, int from) =>
        _slice.Show(pledge.At(request.Offset + from, request.Length - from), request.Length - from);

    // False when the borrower has closed. What it waits for goes out before it is waited for.
    private async ValueTask<bool> FillAsync(int bytes)
    {
        if (_inputTo - _inputFrom >= bytes)
        {
            return true;
        }

        await FlushAsync();
        _input.AsSpan(_inputFrom, _inputTo - _inputFrom).CopyTo(_input);
        (_inputFrom, _inputTo) = (0, _inputTo - _inputFrom);
        while (_inputTo < bytes)
        {
            int received = await socket.ReceiveAsync(_input.AsMemory(_inputTo), SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            _progress++;
            _inputTo += received;
        }

        return true;
    }

    private ValueTask MakeSpaceAsync(int bytes) => _output.Length - _outputTo >= bytes ? default : FlushAsync();

    private ValueTask FlushAsync()
    {
        int length = _outputTo;
        _outputTo = 0;
        return length == 0 ? default : SendAsync(_output.AsMemory(0, length));
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await socket.SendAsync(bytes, SocketFlags.None);
            _progress++;
            bytes = bytes[sent..];
        }
    }
}
