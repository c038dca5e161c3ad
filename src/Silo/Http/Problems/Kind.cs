namespace Headroom.Silo.Http.Problems;

/// <summary>The kinds of problems this API answers with: each one status, one type and one title.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The type, a URN that never changes.</param>
/// <param name="Title">The same sentence for every problem of this kind.</param>
internal sealed record Kind(int Status, string Type, string Title)
{
    public static readonly Kind BadInput = Of(400, "bad-input", "The request is not valid");
    public static readonly Kind NotAllowed = Of(403, "urgency-not-allowed", "The policy does not allow this urgency");
    public static readonly Kind QuotaExceeded = Of(403, "quota-exceeded", "The must-succeed quota is used up");
    public static readonly Kind NotFound = Of(404, "not-found", "There is nothing of this name");
    public static readonly Kind MethodNotAllowed = Of(405, "method-not-allowed", "There is no such method here");
    public static readonly Kind Conflict =
        Of(409, "request-id-conflict", "The request id was used for another request");
    public static readonly Kind Gone = Of(410, "lease-gone", "The lease was released, lapsed, or lost its memory");
    public static readonly Kind UnsupportedMediaType = Of(415, "unsupported-media-type", "The body is of another type");
    public static readonly Kind Refused = Of(429, "refused", "Refused for want of memory");
    public static readonly Kind Fault = Of(500, "fault", "Something is wrong with this server");
    public static readonly Kind LastResort =
        Of(503, "last-resort", "Must-succeed could not be met: the subsystem does what it declared");
    public static readonly Kind Unavailable = Of(503, "unavailable", "Not available at this moment");

    /// <summary>The kind for a status that the server itself came up with, without a reason of its own.</summary>
    public static Kind For(int status) => status switch
    {
        400 => BadInput,
        404 => NotFound,
        405 => MethodNotAllowed,
        415 => UnsupportedMediaType,
        500 => Fault,
        503 => Unavailable,
        _ => Of(status, "http", status < 500 ? "The request was refused" : "The request failed"),
    };

    private static Kind Of(int status, string name, string title) => new(status, $"urn:headroom:problem:{name}", title);
}
