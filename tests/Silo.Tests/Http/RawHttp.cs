using System.Net.Sockets;
using System.Text;

namespace Headroom.Silo.Tests.Http;

/// <summary>
/// Sends requests exactly as they are written, where a client would tidy them up or refuse to send them.
/// </summary>
internal static class RawHttp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Sends one request on a connection of its own, and reads until the server closes it.</summary>
    public static async Task<RawAnswer> SendAsync(
        Uri address, string method, string target, string? contentType, byte[]? body, params string[] headers)
    {
        var head =
            new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n");
        foreach (string header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        if (contentType is not null)
        {
            head.Append("Content-Type: ").Append(contentType).Append("\r\n");
        }

        bool chunked = headers.Contains("Transfer-Encoding: chunked");
        if (body is { } content && !chunked)
        {
            head.Append("Content-Length: ").Append(content.Length).Append("\r\n");
        }

        head.Append("\r\n");
        return await SendAsync(address, [.. Encoding.Latin1.GetBytes(head.ToString()), .. Framed(body, chunked)]);
    }

    /// <summary>Sends bytes, and reads until the server closes the connection.</summary>
    public static async Task<RawAnswer> SendAsync(Uri address, byte[] request)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, limit.Token);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(request, limit.Token);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, limit.Token);
        return new RawAnswer(answer.ToArray());
    }

    private static byte[] Framed(byte[]? body, bool chunked) => (body, chunked) switch
    {
        (null, _) => [],
        ({ } content, false) => content,
        ({ } content, true) =>
        [
            .. Encoding.ASCII.GetBytes($"{content.Length:x}\r\n"), .. content, .. "\r\n0\r\n\r\n"u8,
        ],
    };
}
