using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Headroom.Contracts;
using Xunit;

namespace Headroom.Silo.Tests.Lending;

/// <summary>
/// A borrower that says what it likes, written from docs/REMOTE_MEMORY.md alone: it shares no code with the server.
/// </summary>
internal sealed class RawBorrower : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Connects and shows a part's token.</summary>
    public static async Task<(RawBorrower Borrower, byte Status, long Size)> ConnectAsync(LoanPart part)
    {
        var borrower = new RawBorrower();
        await borrower._socket.ConnectAsync(IPEndPoint.Parse(part.Endpoint), Cancel);
        await borrower.SendAsync(Hello(part));
        byte[] welcome = await borrower.ReceiveAsync(16);
        Assert.Equal("HRMM"u8, welcome.AsSpan(0, 4));
        return (borrower, welcome[4], BinaryPrimitives.ReadInt64LittleEndian(welcome.AsSpan(8)));
    }

    /// <summary>Connects and says nothing.</summary>
    public static async Task<RawBorrower> ConnectAsync(string endpoint)
    {
        var borrower = new RawBorrower();
        await borrower._socket.ConnectAsync(IPEndPoint.Parse(endpoint), Cancel);
        return borrower;
    }

    public static byte[] Hello(LoanPart part)
    {
        byte[] hello = new byte[40];
        "HRMM"u8.CopyTo(hello);
        hello[4] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(hello.AsSpan(8), part.Loan.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(hello.AsSpan(16), part.Loan.Number);
        part.Token.CopyTo(hello, 24);
        return hello;
    }

    public static byte[] Frame(byte call, uint id, long offset, int length, params byte[] bytes)
    {
        byte[] frame = new byte[20 + bytes.Length];
        frame[0] = call;
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), id);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(8), offset);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(16), length);
        bytes.CopyTo(frame, 20);
        return frame;
    }

    public async Task SendAsync(params byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            at += await _socket.SendAsync(bytes.AsMemory(at), Cancel);
        }
    }

    /// <summary>Receives so many bytes; fewer when the connection ends.</summary>
    public async Task<byte[]> ReceiveAsync(int length)
    {
        byte[] bytes = new byte[length];
        int at = 0;
        try
        {
            while (at < length && await _socket.ReceiveAsync(bytes.AsMemory(at), Cancel) is var received and > 0)
            {
                at += received;
            }
        }
        catch (SocketException)
        {
            // The connection was reset: it ended as well.
        }

        return bytes[..at];
    }

    /// <summary>Receives an answer, which must be this.</summary>
    public async Task ExpectAsync(byte status, uint id, params byte[] bytes)
    {
        byte[] head = await ReceiveAsync(12);
        Assert.Equal(12, head.Length);
        Assert.Equal(
            (status, id, bytes.Length),
            (head[0],
                BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)),
                BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(8))));
        Assert.Equal(bytes, await ReceiveAsync(bytes.Length));
    }

    /// <summary>Waits until the server ends the connection; fails when it says anything before.</summary>
    public async Task EndAsync() => Assert.Empty(await ReceiveAsync(1));

    public void Dispose() => _socket.Dispose();
}
