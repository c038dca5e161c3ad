using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>
/// Every container has a memory limit and requests all of it: what it may use is really there. A silo's covers itself,
/// what it pledges to other hosts, and where it takes memory on purpose, that. A limit that is raised restarts nobody.
/// </summary>
internal static class MemoryRule
{
    // What a silo itself was seen to need, and more; the base manifest says so.
    private const long SiloBytes = 384L << 20;

    public static IEnumerable<string> Check(ManifestSet set)
    {
        foreach (Workload workload in set.Workloads)
        {
            foreach (V1Container container in workload.Containers)
            {
                string name = $"{workload.Name}, container {container.Name}";
                long? limit = Bytes(container.Resources?.Limits);
                if (limit is null || Bytes(container.Resources?.Requests) != limit)
                {
                    yield return $"{name} does not request the memory that it may use";
                }

                if (container.ResizePolicy?.Any(policy => policy.ResourceName == "memory"
                    && policy.RestartPolicy != "NotRequired") == true)
                {
                    yield return $"{name} is restarted when its limit changes";
                }
            }
        }

        if (set.Silo is { } silo && SiloSettings.Of(set, silo) is { Faults.Count: 0 } settings)
        {
            long wanted = SiloBytes + (settings.Settings.Host.PledgedBytes ?? 0)
                + (settings.Settings.Chaos.Enabled ? settings.Settings.Chaos.MaxPressureBytes : 0);
            if (Bytes(silo.Pod.Containers[0].Resources?.Limits) < wanted)
            {
                yield return $"{silo.Name} has less memory than the {wanted} bytes that it may come to use";
            }

            if (silo.Pod.Containers[0].ResizePolicy is not { Count: > 0 })
            {
                yield return $"{silo.Name} does not say what happens when its limit changes";
            }
        }
    }

    private static long? Bytes(IDictionary<string, ResourceQuantity>? amounts) =>
        amounts is not null && amounts.TryGetValue("memory", out ResourceQuantity? bytes) ? bytes.ToInt64() : null;
}
