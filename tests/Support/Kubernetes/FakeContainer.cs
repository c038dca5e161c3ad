using System.Text.Json.Nodes;

namespace Headroom.Support.Kubernetes;

/// <summary>A container of a pod, for making pods.</summary>
public sealed record FakeContainer(string Name)
{
    /// <summary>Its memory limit, such as 256Mi; null for none.</summary>
    public string? Limit { get; init; } = "256Mi";

    /// <summary>Its memory request; null for none.</summary>
    public string? Request { get; init; } = "64Mi";

    /// <summary>Whether it is an init container.</summary>
    public bool IsInit { get; init; }

    /// <summary>Whether it is an init container that is always restarted.</summary>
    public bool IsSidecar { get; init; }

    /// <summary>Whether a change of its memory restarts it.</summary>
    public bool RestartsOnResize { get; init; }

    /// <summary>The runtime's id; null while it was never started.</summary>
    public string? Id { get; init; }

    /// <summary>The name of the runtime.</summary>
    public string Runtime { get; init; } = "containerd";

    /// <summary>Its state: running, waiting or terminated.</summary>
    public string State { get; init; } = "running";

    /// <summary>Its exit code, when it has terminated.</summary>
    public int ExitCode { get; init; }

    internal JsonObject Spec()
    {
        var spec = new JsonObject { ["name"] = Name, ["image"] = "image", ["resources"] = Resources() };
        if (IsSidecar)
        {
            spec["restartPolicy"] = "Always";
        }

        spec["resizePolicy"] = new JsonArray(new JsonObject
        {
            ["resourceName"] = "memory",
            ["restartPolicy"] = RestartsOnResize ? "RestartContainer" : "NotRequired",
        });
        return spec;
    }

    internal JsonObject Status()
    {
        JsonObject state = State switch
        {
            "running" => new() { ["startedAt"] = "2026-01-02T03:04:05Z" },
            "terminated" => new() { ["exitCode"] = ExitCode, ["reason"] = "Completed" },
            _ => new() { ["reason"] = "CrashLoopBackOff" },
        };
        var status = new JsonObject
        {
            ["name"] = Name,
            ["image"] = "image",
            ["imageID"] = "",
            ["ready"] = State == "running",
            ["restartCount"] = 0,
            ["state"] = new JsonObject { [State] = state },
        };
        if (Id is not null)
        {
            status["containerID"] = $"{Runtime}://{Id}";
        }

        if (State == "running")
        {
            status["resources"] = Resources();
            status["allocatedResources"] = Resources()["requests"]?.DeepClone();
        }

        return status;
    }

    private JsonObject Resources()
    {
        var resources = new JsonObject();
        if (Limit is not null)
        {
            resources["limits"] = new JsonObject { ["memory"] = Limit };
        }

        if (Request is not null)
        {
            resources["requests"] = new JsonObject { ["memory"] = Request };
        }

        return resources;
    }
}
