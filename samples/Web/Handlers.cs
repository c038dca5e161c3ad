using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Headroom.AspNetCore;
using Microsoft.Extensions.Caching.Memory;

namespace Headroom.Samples.Web;

/// <summary>What the endpoints do once they have the memory for it.</summary>
internal static class Handlers
{
    private const int Rows = 20_000;

    internal static async Task<string> UploadAsync(HttpRequest request)
    {
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        ArraySegment<byte> bytes = new(body.GetBuffer(), 0, (int)body.Length);
        using var packed = new MemoryStream(bytes.Count);
        await using (var zip = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zip.WriteAsync(bytes, request.HttpContext.RequestAborted);
        }

        return $"{bytes.Count} bytes, {packed.Length} packed, {Convert.ToHexStringLower(SHA256.HashData(bytes))}\n";
    }

    internal static string Search(char letter, HttpContext context)
    {
        EstimatedLease lease = context.Features.Get<IMemoryLeaseFeature>()!.EstimatedLease;
        string[] found = [.. Enumerable.Range(0, Rows).Select(RowOf).Where(row => row.Contains(letter))];

        // About what all of the rows took: two bytes a character, and an object each.
        lease.Record(found.Sum(row => 40L + (2 * row.Length)));
        return $"{found.Length} rows with {letter}; {lease.Bytes} bytes were leased for it\n";
    }

    internal static async Task ReportAsync(HttpContext context)
    {
        var report = new StringBuilder();
        for (int row = 0; row < Rows; row++)
        {
            report.Append(RowOf(row)).Append('\n');
        }

        await context.Response.WriteAsync(report.ToString(), context.RequestAborted);
    }

    internal static string Order() => $"order {Guid.NewGuid():N} was placed\n";

    internal static string Page(int number, IMemoryCache cache)
    {
        if (cache.TryGetValue(number, out string? known))
        {
            return $"page {number}, {known!.Length} characters, from the cache\n";
        }

        string text = string.Join('\n', Enumerable.Range(number, 1000).Select(RowOf));
        cache.Set(number, text, new MemoryCacheEntryOptions { Size = 2L * text.Length });
        return $"page {number}, {text.Length} characters, made now\n";
    }

    private static string RowOf(int row) =>
        $"{row} {Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(row)))}";
}
