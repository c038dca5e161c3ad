using System.Security.Cryptography;
using Headroom.Support;
using Xunit;

namespace Headroom.Client.Tests.Remote;

/// <summary>The borrower's side with a real lender: real TCP, real memory.</summary>
public sealed class RemoteMemoryTests
{
    private const int Mebibyte = 1 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_AtFirst_IsZero()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 3 * Mebibyte + 7);
        byte[] bytes = new byte[memory.Length];
        Array.Fill(bytes, (byte)1);

        await memory.ReadAsync(0, bytes, Cancel);

        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public async Task Stream_Of256MiB_ComesBackIdentical()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 256L * Mebibyte);
        using var written = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[3 * Mebibyte + 1];
        var random = new Random(7);
        await using (Stream stream = memory.OpenStream())
        {
            while (stream.Position < stream.Length)
            {
                int length = (int)Math.Min(block.Length, stream.Length - stream.Position);
                random.NextBytes(block.AsSpan(0, length));
                written.AppendData(block, 0, length);
                await stream.WriteAsync(block.AsMemory(0, length), Cancel);
            }
        }

        await using Stream back = memory.OpenStream();
        byte[] read = await SHA256.HashDataAsync(back, Cancel);

        Assert.Equal(written.GetHashAndReset(), read);
    }
}
