using System.Net;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>A body of so many bytes that knows whether anybody began to send it.</summary>
/// <param name="bytes">Its length, as it says in advance.</param>
/// <param name="stopAt">After so many it sends nothing more until it is cancelled; null to send all.</param>
internal sealed class CountedContent(long bytes, long? stopAt = null) : HttpContent
{
    public bool WasSent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        WasSent = true;
        byte[] piece = new byte[16 << 10];
        long end = stopAt ?? bytes;
        for (long sent = 0; sent < end; sent += piece.Length)
        {
            await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, end - sent)), cancellationToken);
        }

        if (stopAt is not null)
        {
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes;
        return true;
    }
}
