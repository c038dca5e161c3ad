using System.Text.Json.Nodes;

namespace Headroom.Support.Kubernetes;

/// <summary>A refusal as an API server words it.</summary>
internal sealed class FakeStatus(int code, string reason, string message) : Exception(message)
{
    public int Code => code;

    public string Body => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Status",
        ["status"] = "Failure",
        ["reason"] = reason,
        ["message"] = Message,
        ["code"] = code,
    }.ToJsonString();

    public static FakeStatus NotFound(string what) => new(404, "NotFound", $"{what} not found");

    public static FakeStatus Conflict(string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on pods: {why}");

    public static FakeStatus Forbidden(string pod, string why) =>
        new(403, "Forbidden", $"pods \"{pod}\" is forbidden: {why}");

    public static FakeStatus Invalid(string pod, string why) => new(422, "Invalid", $"Pod \"{pod}\" is invalid: {why}");

    public static FakeStatus Expired(long version) =>
        new(410, "Expired", $"too old resource version: {version}");
}
