using System.Text.Json.Nodes;

namespace Headroom.Support.Kubernetes;

/// <summary>A pod, for making pods.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record FakePod(string Namespace, string Name)
{
    /// <summary>Its id.</summary>
    public string Uid { get; init; } = Guid.NewGuid().ToString();

    /// <summary>The node that it is on.</summary>
    public string Node { get; init; } = "node-a";

    /// <summary>When it was made.</summary>
    public string Created { get; init; } = "2026-01-02T03:04:05Z";

    /// <summary>Its phase.</summary>
    public string Phase { get; init; } = "Running";

    /// <summary>Its quality of service class.</summary>
    public string Qos { get; init; } = "Burstable";

    /// <summary>What becomes of containers that end.</summary>
    public string RestartPolicy { get; init; } = "Always";

    /// <summary>The memory limit of the whole pod; null for none.</summary>
    public string? PodLimit { get; init; }

    /// <summary>Its annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Its containers.</summary>
    public IReadOnlyList<FakeContainer> Containers { get; init; } = [new FakeContainer("app")];

    /// <summary>The same pod with one more annotation.</summary>
    public FakePod With(string annotation, string value) =>
        this with { Annotations = new Dictionary<string, string>(Annotations) { [annotation] = value } };

    /// <summary>The pod as the API has it.</summary>
    public JsonObject ToJson()
    {
        bool Init(FakeContainer container) => container.IsInit || container.IsSidecar;
        var spec = new JsonObject
        {
            ["nodeName"] = Node,
            ["restartPolicy"] = RestartPolicy,
            ["initContainers"] = Array(Containers.Where(Init), container => container.Spec()),
            ["containers"] = Array(Containers.Where(container => !Init(container)), container => container.Spec()),
        };
        if (PodLimit is not null)
        {
            spec["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = PodLimit } };
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = Namespace,
                ["uid"] = Uid,
                ["creationTimestamp"] = Created,
                ["generation"] = 1L,
                ["annotations"] = new JsonObject(
                    Annotations.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            },
            ["spec"] = spec,
            ["status"] = new JsonObject
            {
                ["phase"] = Phase,
                ["qosClass"] = Qos,
                ["conditions"] = new JsonArray(),
                ["initContainerStatuses"] = Array(Containers.Where(Init), container => container.Status()),
                ["containerStatuses"] =
                    Array(Containers.Where(container => !Init(container)), container => container.Status()),
            },
        };
    }

    private static JsonArray Array(IEnumerable<FakeContainer> containers, Func<FakeContainer, JsonObject> make) =>
        new([.. containers.Select(container => (JsonNode?)make(container))]);
}
