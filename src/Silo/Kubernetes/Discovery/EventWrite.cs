using System.Text.Json.Nodes;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>An Event to be written.</summary>
/// <param name="Note">What the pod's owner is to hear.</param>
/// <param name="Name">The Event's name: the same for the same note, so that it is there once whoever writes it.</param>
/// <param name="Count">How often it was seen; 1 makes the Event, more count it up.</param>
/// <param name="At">When.</param>
internal sealed record EventWrite(PodNote Note, string Name, int Count, DateTimeOffset At)
{
    // The API server takes no longer note.
    private const int NoteMax = 1024;
    private const string Controller = "headroom.io/silo";

    /// <summary>The Event, as events.k8s.io/v1 has it.</summary>
    /// <param name="host">The node's name.</param>
    public string Body(string host) => new JsonObject
    {
        ["apiVersion"] = "events.k8s.io/v1",
        ["kind"] = "Event",
        ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = Note.Pod.Namespace },
        ["eventTime"] = Time,
        ["type"] = "Warning",
        ["reason"] = Note.Problem.Reason,
        ["action"] = "Discover",
        ["note"] = Note.Problem.Message.Length > NoteMax ? Note.Problem.Message[..NoteMax] : Note.Problem.Message,
        ["reportingController"] = Controller,
        ["reportingInstance"] = host.Length > 128 ? host[..128] : host,
        ["regarding"] = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["namespace"] = Note.Pod.Namespace,
            ["name"] = Note.Pod.Name,
            ["uid"] = Note.Pod.Uid,
        },
    }.ToJsonString();

    /// <summary>The change of an Event that is there already: a merge patch.</summary>
    public string Patch() => new JsonObject
    {
        // A series counts from two.
        ["series"] = new JsonObject { ["count"] = Math.Max(2, Count), ["lastObservedTime"] = Time },
    }.ToJsonString();

    private string Time =>
        At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
