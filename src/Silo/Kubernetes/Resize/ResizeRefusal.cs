using System.Net;
using Headroom.Silo.Kubernetes.Api;

namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>What an API server's refusal of a resize means.</summary>
internal static class ResizeRefusal
{
    /// <summary>
    /// Tells what a refusal means. A status alone does not: quota, allocatable and rights are all 403, so that words
    /// decide; a 403 whose words are not known is Forbidden, and a 422 Refused.
    /// </summary>
    public static LimitChange Of(ApiException failure) => failure.Status switch
    {
        HttpStatusCode.NotFound => new(LimitOutcome.Gone, $"there is no such pod: {failure.Message}"),
        HttpStatusCode.Conflict => new(LimitOutcome.Conflict, $"the pod kept changing: {failure.Message}"),
        HttpStatusCode.Forbidden when Says(failure, "exceeded quota") || Says(failure, "failed quota") =>
            new(LimitOutcome.Quota, $"the namespace's quota does not allow it: {failure.Message}"),
        HttpStatusCode.Forbidden when Says(failure, "cannot patch resource") =>
            new(LimitOutcome.Forbidden, $"this silo may not resize pods of that namespace: {failure.Message}"),
        HttpStatusCode.Forbidden when Says(failure, "allocatable") || Says(failure, "node capacity") =>
            new(LimitOutcome.TooLarge, $"the node is too small: {failure.Message}"),
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized =>
            new(LimitOutcome.Forbidden, $"the API server forbids it: {failure.Message}"),
        HttpStatusCode.UnprocessableEntity when Says(failure, "QOS class") =>
            new(LimitOutcome.Qos, $"the pod's quality of service class would change: {failure.Message}"),
        null or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
            new(LimitOutcome.Unreachable, $"the API server did not do it: {failure.Message}"),
        _ => new(LimitOutcome.Refused, $"the API server refused: {failure.Message}"),
    };

    /// <summary>Whether the same call may be answered otherwise a moment later.</summary>
    public static bool IsPassing(ApiException failure) => failure.Status is null or HttpStatusCode.Conflict
        or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private static bool Says(ApiException failure, string words) =>
        failure.Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
