using Headroom.Support;
using Xunit;

namespace Headroom.Remote.Tests;

public sealed class RemoteStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_AtTheEnd_ReadsLessAndThenNothing()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 10);
        await using Stream stream = memory.OpenStream();
        await stream.WriteAsync(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, Cancel);

        stream.Seek(-3, SeekOrigin.End);
        byte[] bytes = new byte[5];

        Assert.Equal(3, await stream.ReadAsync(bytes, Cancel));
        Assert.Equal([8, 9, 10, 0, 0], bytes);
        Assert.Equal(0, await stream.ReadAsync(bytes, Cancel));
        stream.Position = 100;
        Assert.Equal(0, await stream.ReadAsync(bytes, Cancel));
    }

    [Fact]
    public async Task WriteAsync_BeyondTheEnd_WritesNothing()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 10);
        await using Stream stream = memory.OpenStream();
        stream.Seek(8, SeekOrigin.Current);

        await Assert.ThrowsAsync<NotSupportedException>(() => stream.WriteAsync(new byte[3], Cancel).AsTask());

        Assert.Equal(8, stream.Position);
        Assert.Throws<IOException>(() => stream.Seek(-9, SeekOrigin.Current));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(11));
        Assert.Throws<NotSupportedException>(() => stream.ReadByte());
    }

    [Fact]
    public async Task Dispose_LeavesTheMemoryOpen()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 10);
        Stream stream = memory.OpenStream();

        await stream.DisposeAsync();

        Assert.False(stream.CanRead);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[1], Cancel).AsTask());
        await memory.ReadAsync(0, new byte[10], Cancel);
    }
}
