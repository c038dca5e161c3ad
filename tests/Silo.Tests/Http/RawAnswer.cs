using System.Net;
using System.Text;
using System.Text.Json;

namespace Headroom.Silo.Tests.Http;

/// <summary>An HTTP answer as it came over the wire.</summary>
internal sealed class RawAnswer
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    public RawAnswer(byte[] bytes)
    {
        int end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            throw new InvalidDataException($"Not an HTTP answer: '{Encoding.UTF8.GetString(bytes)}'.");
        }

        string[] lines = Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n");
        Status = (HttpStatusCode)int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        foreach (string[] header in lines.Skip(1).Select(line => line.Split(": ", 2)))
        {
            _headers[header[0]] = header[1];
        }

        ReadOnlySpan<byte> body = bytes.AsSpan(end + 4);
        Body = Encoding.UTF8.GetString(
            _headers.GetValueOrDefault("Transfer-Encoding") == "chunked" ? Dechunk(body) : body);
    }

    public HttpStatusCode Status { get; }

    public string Body { get; }

    public JsonElement Json => JsonElement.Parse(Body);

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    private static byte[] Dechunk(ReadOnlySpan<byte> body)
    {
        var whole = new List<byte>();
        while (!body.IsEmpty)
        {
            int line = body.IndexOf("\r\n"u8);
            int size = Convert.ToInt32(Encoding.ASCII.GetString(body[..line]), 16);
            whole.AddRange(body.Slice(line + 2, size));
            body = size == 0 ? [] : body[(line + 2 + size + 2)..];
        }

        return [.. whole];
    }
}
