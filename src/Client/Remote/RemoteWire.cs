using System.Net;
using System.Net.Sockets;

namespace Headroom.Remote;

/// <summary>One connection to a lender, past its hello. One sends and one receives at a time.</summary>
internal sealed class RemoteWire : IDisposable
{
    // Answers to small frames come many at a time; of a large one at most so much is copied once more.
    private const int InputBytes = 16 << 10;
    private const int OutputBytes = 32 << 10;

    private readonly Socket _socket;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(InputBytes);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(OutputBytes);
    private int _inputFrom;
    private int _inputTo;
    private int _outputTo;
    private int _progress;

    private RemoteWire(Socket socket) => _socket = socket;

    /// <summary>Grows with each time that something came.</summary>
    public int Progress => Volatile.Read(ref _progress);

    /// <summary>Connects and says hello.</summary>
    /// <returns>The welcome, and the connection when it is Ok.</returns>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="IOException">It broke, or the answer is not a welcome.</exception>
    public static async ValueTask<(MemoryWelcome Welcome, RemoteWire? Wire)> ConnectAsync(
        EndPoint place, MemoryHello hello, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        RemoteWire? wire = new(socket);
        try
        {
            await socket.ConnectAsync(place, cancellationToken);
            hello.Write(wire._output, token.Span);
            await wire.SendAsync(wire._output.AsMemory(0, MemoryHello.Bytes), cancellationToken);
            await wire.FillAsync(MemoryWelcome.Bytes, cancellationToken);
            if (!MemoryWelcome.TryRead(wire._input, out MemoryWelcome welcome))
            {
                throw new IOException($"What answers at {place} serves no memory.");
            }

            wire._inputFrom = MemoryWelcome.Bytes;
            RemoteWire? kept = welcome.Status == MemoryStatus.Ok ? wire : null;
            wire = kept is null ? wire : null;
            return (welcome, kept);
        }
        finally
        {
            wire?.Dispose();
        }
    }

    /// <summary>Whether a request and so many bytes with it can be gathered without sending first.</summary>
    public bool HasSpace(int bytes) => _output.Length - _outputTo >= MemoryRequest.Bytes + bytes;

    /// <summary>Gathers a small frame; there must be space for it.</summary>
    public void Gather(RemoteFrame frame, uint id)
    {
        new MemoryRequest(frame.Call, id, frame.Offset, frame.Length).Write(_output.AsSpan(_outputTo));
        _outputTo += MemoryRequest.Bytes;
        frame.Source.Span.CopyTo(_output.AsSpan(_outputTo));
        _outputTo += frame.Source.Length;
    }

    /// <summary>Sends what was gathered, then a frame that is too large for that.</summary>
    public async ValueTask SendAsync(RemoteFrame? large, uint id)
    {
        if (large is not null)
        {
            new MemoryRequest(large.Call, id, large.Offset, large.Length).Write(_output.AsSpan(_outputTo));
            _outputTo += MemoryRequest.Bytes;
        }

        int length = _outputTo;
        _outputTo = 0;
        await SendAsync(_output.AsMemory(0, length), CancellationToken.None);
        if (large is not null)
        {
            await SendAsync(large.Source, CancellationToken.None);
        }
    }

    /// <summary>Receives the head of an answer.</summary>
    /// <exception cref="IOException">The lender closed the connection.</exception>
    public async ValueTask<MemoryReply> ReceiveAsync()
    {
        await FillAsync(MemoryReply.Bytes, CancellationToken.None);
        var reply = MemoryReply.Read(_input.AsSpan(_inputFrom));
        _inputFrom += MemoryReply.Bytes;
        return reply;
    }

    /// <summary>Receives a read's bytes.</summary>
    /// <exception cref="IOException">The lender closed the connection.</exception>
    public async ValueTask ReceiveAsync(Memory<byte> target)
    {
        int at = Math.Min(target.Length, _inputTo - _inputFrom);
        _input.AsSpan(_inputFrom, at).CopyTo(target.Span);
        _inputFrom += at;
        while (at < target.Length)
        {
            at += await ReceiveSomeAsync(target[at..], CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async ValueTask FillAsync(int bytes, CancellationToken cancellationToken)
    {
        if (_inputTo - _inputFrom >= bytes)
        {
            return;
        }

        _input.AsSpan(_inputFrom, _inputTo - _inputFrom).CopyTo(_input);
        (_inputFrom, _inputTo) = (0, _inputTo - _inputFrom);
        while (_inputTo < bytes)
        {
            _inputTo += await ReceiveSomeAsync(_input.AsMemory(_inputTo), cancellationToken);
        }
    }

    private async ValueTask<int> ReceiveSomeAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        int received = await _socket.ReceiveAsync(target, SocketFlags.None, cancellationToken);
        if (received == 0)
        {
            throw new IOException("The lender closed the connection.");
        }

        _progress++;
        return received;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }
}
