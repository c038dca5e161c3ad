using System.Globalization;
using System.Text.Json.Nodes;

namespace Headroom.Support.Kubernetes;

/// <summary>Resizes as API server, admission and kubelet do them.</summary>
internal sealed class FakeResizes(FakePods pods, FakeNode node, CancellationToken stopped)
{
    private const string Pending = "PodResizePending";
    private const string InProgress = "PodResizeInProgress";

    /// <summary>Takes a strategic merge patch.</summary>
    /// <exception cref="FakeStatus">It is refused; nothing has changed.</exception>
    public JsonObject Patch(string podNamespace, string name, JsonObject patch, string? manager)
    {
        JsonObject after = pods.Change(podNamespace, name, pod =>
        {
            JsonObject wanted = (JsonObject)pod.DeepClone();
            Merge(wanted, patch, name);
            Admit(pod, wanted, podNamespace, name);
            pod["spec"] = wanted["spec"]!.DeepClone();
            pod["metadata"]!["generation"] = (long)pod["metadata"]!["generation"]! + 1;
            pod["metadata"]!["managedFields"] = new JsonArray(Managed(patch, manager));
        }) ?? throw FakeStatus.NotFound($"pods \"{name}\"");
        ActLater(podNamespace, name);
        return after;
    }

    /// <summary>The kubelet looks again at what it could not do.</summary>
    public void Retry()
    {
        foreach (JsonObject pod in pods.All())
        {
            ActLater((string)pod["metadata"]!["namespace"]!, (string)pod["metadata"]!["name"]!);
        }
    }

    // Who was the last to change what; only of the last change, which is enough here.
    private static JsonObject Managed(JsonObject patch, string? manager)
    {
        var lists = new JsonObject();
        foreach ((string list, JsonNode? changes) in (JsonObject)patch["spec"]!)
        {
            var containers = new JsonObject();
            foreach (JsonNode? change in (JsonArray)changes!)
            {
                containers[$"k:{{\"name\":\"{(string?)change!["name"]}\"}}"] = new JsonObject
                {
                    ["f:resources"] = new JsonObject
                    {
                        ["f:limits"] = new JsonObject { ["f:memory"] = new JsonObject() },
                    },
                };
            }

            lists[$"f:{list}"] = containers;
        }

        return new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = "Update",
            ["apiVersion"] = "v1",
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = new JsonObject { ["f:spec"] = lists },
        };
    }

    private static void Merge(JsonObject pod, JsonObject patch, string name)
    {
        if ((string?)patch["metadata"]?["uid"] is { } uid && uid != (string?)pod["metadata"]!["uid"])
        {
            throw FakeStatus.Conflict("the UID in the precondition is not that of the object");
        }

        foreach (string list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            foreach (JsonNode? change in patch["spec"]?[list] as JsonArray ?? [])
            {
                JsonNode container = ((JsonArray)pod["spec"]![list]!)
                    .FirstOrDefault(found => (string?)found!["name"] == (string?)change!["name"])
                    ?? throw FakeStatus.Invalid(name, "spec: Forbidden: containers may not be added");
                foreach ((string kind, JsonNode? amounts) in (JsonObject)change!["resources"]!)
                {
                    JsonNode current = container["resources"]![kind] ??= new JsonObject();
                    foreach ((string resource, JsonNode? amount) in (JsonObject)amounts!)
                    {
                        current[resource] = amount?.DeepClone();
                    }
                }
            }
        }
    }

    private void Admit(JsonObject before, JsonObject after, string podNamespace, string name)
    {
        foreach (JsonNode container in Containers(after))
        {
            long? limit = Memory(container, "limits");
            JsonNode old = Containers(before).First(found => (string?)found["name"] == (string?)container["name"]);
            if (limit is null && Memory(old, "limits") is not null)
            {
                throw FakeStatus.Invalid(name, "resources.limits: resource limits cannot be removed");
            }

            if (Memory(container, "requests") > limit)
            {
                throw FakeStatus.Invalid(name, "requests: must be less than or equal to memory limit");
            }

            if (limit > node.AllocatableBytes && limit != Memory(old, "limits"))
            {
                throw FakeStatus.Forbidden(name, $"requested memory is above the node allocatable {limit}");
            }
        }

        if (IsGuaranteed(after) != ((string?)before["status"]!["qosClass"] == "Guaranteed"))
        {
            throw FakeStatus.Invalid(name, "spec: Pod QOS Class may not change as a result of resizing");
        }

        long others = pods.All()
            .Where(pod => (string?)pod["metadata"]!["namespace"] == podNamespace
                && (string?)pod["metadata"]!["name"] != name)
            .Sum(Limits);
        if (others + Limits(after) > node.QuotaBytes)
        {
            throw FakeStatus.Forbidden(name, $"exceeded quota: mem, used: limits.memory={others}");
        }
    }

    private void ActLater(string podNamespace, string name) => Task.Run(
        async () =>
        {
            await Task.Delay(node.Delay, stopped);
            Act(podNamespace, name);
        },
        stopped);

    private void Act(string podNamespace, string name) => pods.Change(podNamespace, name, pod =>
    {
        var conditions = (JsonArray)pod["status"]!["conditions"]!;
        conditions.Clear();
        foreach (JsonNode container in Containers(pod))
        {
            string named = (string)container["name"]!;
            JsonNode? status = Statuses(pod).FirstOrDefault(found => (string?)found["name"] == named);
            long? wanted = Memory(container, "limits");
            if (status is null || wanted is null || wanted == Memory(status, "limits"))
            {
                continue;
            }

            if (wanted > node.FeasibleBytes)
            {
                Say(pod, Pending, "Infeasible", "Node didn't have enough capacity: memory");
            }
            else if (wanted > node.FreeBytes)
            {
                Say(pod, Pending, "Deferred", "Node didn't have enough resource: memory");
            }
            else
            {
                Apply(pod, container, status, podNamespace, name, wanted.Value);
            }
        }
    });

    private void Apply(
        JsonObject pod, JsonNode container, JsonNode status, string podNamespace, string name, long bytes)
    {
        status["allocatedResources"] = container["resources"]!["requests"]?.DeepClone();
        try
        {
            node.Apply?.Invoke(podNamespace, name, (string)container["name"]!, bytes);
            status["resources"] = container["resources"]!.DeepClone();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            Say(pod, InProgress, "Error", error.Message);
        }
    }

    private void Say(JsonObject pod, string type, string reason, string message)
    {
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = "True",
            ["reason"] = reason,
            ["message"] = message,
        };
        if (node.TellsGeneration)
        {
            condition["observedGeneration"] = pod["metadata"]!["generation"]!.DeepClone();
        }

        ((JsonArray)pod["status"]!["conditions"]!).Add((JsonNode)condition);
    }

    private static IEnumerable<JsonNode> Containers(JsonObject pod) =>
        ((JsonArray)pod["spec"]!["initContainers"]!).Concat((JsonArray)pod["spec"]!["containers"]!)
            .OfType<JsonNode>();

    private static IEnumerable<JsonNode> Statuses(JsonObject pod) =>
        ((JsonArray)pod["status"]!["initContainerStatuses"]!)
            .Concat((JsonArray)pod["status"]!["containerStatuses"]!)
            .OfType<JsonNode>();

    private static long Limits(JsonObject pod) =>
        Containers(pod).Sum(container => Memory(container, "limits") ?? 0);

    private static bool IsGuaranteed(JsonObject pod) => Containers(pod).All(container =>
        Memory(container, "limits") is { } limit && Memory(container, "requests") == limit);

    private static long? Memory(JsonNode container, string kind) =>
        FakeBytes.Parse(container["resources"]?[kind]?["memory"] is { } amount
            ? Convert.ToString((string?)amount, CultureInfo.InvariantCulture)
            : null);
}
