using System.Text;

namespace Headroom.Silo.Tests.Http;

/// <summary>A request that is the client's mistake, and what it must be answered.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The request target; {host} stands for the host's name.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="Status">The status it gets.</param>
/// <param name="Field">The field that the answer names; null when it names none.</param>
internal sealed record BadRequest(string Name, string Method, string Target, byte[]? Body, int Status, string? Field)
{
    /// <summary>The content type of the body.</summary>
    public string? ContentType { get; init; } = Body is null ? null : "application/json";

    /// <summary>More headers.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>Part of the message, such as the allowed range.</summary>
    public string Says { get; init; } = "";

    public static BadRequest Of(string name, string method, string target, string? body, int status, string? field) =>
        new(name, method, target, body is null ? null : Encoding.UTF8.GetBytes(body), status, field);
}
