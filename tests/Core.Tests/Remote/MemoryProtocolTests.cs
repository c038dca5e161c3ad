using System.Numerics;
using CsCheck;
using Headroom.Remote;
using Xunit;

namespace Headroom.Core.Tests.Remote;

public sealed class MemoryProtocolTests
{
    private static readonly Gen<long> AnyLong = Gen.OneOf(
        Gen.Long, Gen.Long[-5, 5], Gen.Long[long.MaxValue - 5, long.MaxValue], Gen.Const(long.MinValue));

    [Fact]
    public void IsInside_WhateverOverflows_IsWhatUnboundedNumbersSay() =>
        Gen.Select(AnyLong, AnyLong, Gen.OneOf(Gen.Long[0, 5], Gen.Long[0, long.MaxValue]))
            .Sample((offset, length, size) => Assert.Equal(
                offset >= 0 && length >= 0 && (BigInteger)offset + length <= size,
                MemoryProtocol.IsInside(offset, length, size)));

    [Fact]
    public void Hello_ComesBackAsItWas() =>
        Gen.Select(Gen.UShort, Gen.Long, Gen.Long, Gen.Byte.Array[MemoryProtocol.TokenBytes]).Sample(
            (version, epoch, number, token) =>
            {
                byte[] bytes = new byte[MemoryHello.Bytes];
                var hello = new MemoryHello(version, epoch, number);
                hello.Write(bytes, token);

                Assert.True(MemoryHello.TryRead(bytes, out MemoryHello read, out ReadOnlySpan<byte> readToken));
                Assert.Equal(hello, read);
                Assert.Equal(token, readToken.ToArray());
            });

    [Fact]
    public void Hello_TooShortOrWithAnotherBeginning_IsNone()
    {
        byte[] bytes = new byte[MemoryHello.Bytes];
        new MemoryHello(1, 2, 3).Write(bytes, new byte[MemoryProtocol.TokenBytes]);

        Assert.False(MemoryHello.TryRead(bytes.AsSpan(0, bytes.Length - 1), out _, out _));
        bytes[3] ^= 1;
        Assert.False(MemoryHello.TryRead(bytes, out _, out _));
        Assert.Throws<ArgumentException>(() => new MemoryHello(1, 2, 3).Write(bytes, new byte[15]));
    }

    [Fact]
    public void WelcomeRequestAndReply_ComeBackAsTheyWere() =>
        Gen.Select(Gen.Byte, Gen.Int, Gen.UInt, Gen.Long).Sample((kind, length, id, size) =>
        {
            byte[] bytes = new byte[MemoryRequest.Bytes];
            var welcome = new MemoryWelcome((MemoryStatus)kind, size);
            welcome.Write(bytes);
            Assert.True(MemoryWelcome.TryRead(bytes, out MemoryWelcome readWelcome));
            Assert.Equal(welcome, readWelcome);

            var request = new MemoryRequest((MemoryCall)kind, id, size, length);
            request.Write(bytes);
            Assert.Equal(request, MemoryRequest.Read(bytes));

            var reply = new MemoryReply((MemoryStatus)kind, id, length);
            reply.Write(bytes);
            Assert.Equal(reply, MemoryReply.Read(bytes));
        });

    [Theory]
    [InlineData(MemoryCall.Read, 0, 0, true)]
    [InlineData(MemoryCall.Write, -1, 1 << 20, true)]
    [InlineData(MemoryCall.Write, 0, (1 << 20) + 1, false)]
    [InlineData(MemoryCall.Read, 0, -1, false)]
    [InlineData(MemoryCall.Ping, 0, 0, true)]
    [InlineData(MemoryCall.Ping, 0, 1, false)]
    [InlineData(MemoryCall.Ping, 1, 0, false)]
    [InlineData(MemoryCall.None, 0, 0, false)]
    [InlineData((MemoryCall)4, 0, 0, false)]
    public void Request_IsWellFormed_WhateverItsRange(MemoryCall call, long offset, int length, bool expected) =>
        Assert.Equal(expected, new MemoryRequest(call, 1, offset, length).IsWellFormed);
}
