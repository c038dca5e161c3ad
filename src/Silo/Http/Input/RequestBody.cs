using System.Buffers;
using System.IO.Pipelines;
using Headroom.Silo.Http.Problems;
using Microsoft.Net.Http.Headers;

namespace Headroom.Silo.Http.Input;

/// <summary>Reads the JSON object in a request's body.</summary>
internal static class RequestBody
{
    /// <summary>The largest body in bytes. Every body of this API is a handful of numbers and names.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The media type of every body.</summary>
    public const string MediaType = "application/json";

    /// <summary>Reads a body that must be there.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">The fields that the object may have.</param>
    /// <param name="read">Reads them, and adds what is wrong to the errors.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone.</param>
    /// <returns>What was read; or 415 for another content type, 400 for anything else that is wrong.</returns>
    public static async ValueTask<Parsed<T>> ReadAsync<T>(
        HttpRequest request,
        IReadOnlyCollection<string> known,
        Func<JsonFields, T> read,
        CancellationToken cancellationToken)
        where T : class
    {
        if (!IsJson(request.ContentType))
        {
            return Parsed<T>.Bad(
                ProblemResult.Of(Kind.UnsupportedMediaType, $"the body must be {MediaType}, in UTF-8"));
        }

        if (await ReadBytesAsync(request, cancellationToken) is not { } bytes)
        {
            return Parsed<T>.Bad(ProblemResult.Bad("body", $"must be at most {MaxBytes} bytes long"));
        }

        JsonFields fields = JsonFields.Parse(bytes, known);
        if (fields.Errors.First is not null)
        {
            return Parsed<T>.Bad(ProblemResult.Bad(fields.Errors));
        }

        T value = read(fields);
        return fields.Errors.First is null ? Parsed<T>.Good(value) : Parsed<T>.Bad(ProblemResult.Bad(fields.Errors));
    }

    /// <summary>Whether there is a body at all.</summary>
    public static bool IsAbsent(HttpRequest request) =>
        request.ContentLength is 0
            || (request.ContentLength is null && !request.Headers.ContainsKey(HeaderNames.TransferEncoding));

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    // The declared length is believed when it is too large, and never when it is small: only the bytes count.
    private static async ValueTask<byte[]?> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            return null;
        }

        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                byte[] bytes = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return bytes;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
