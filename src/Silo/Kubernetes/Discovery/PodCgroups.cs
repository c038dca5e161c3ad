using Headroom.Silo.Monitoring;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>
/// Finds the cgroups of containers by their ids, below whatever the kubelet calls its pods' root: made by its cgroupfs
/// driver (<c>kubepods/burstable/pod1-2/0123</c>) or by systemd
/// (<c>kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-0123.scope</c>), in the
/// hierarchy with the memory controller, v2 or v1.
/// </summary>
/// <param name="procRoot">Root such as <c>/proc</c>.</param>
/// <param name="sysRoot">Root such as <c>/sys</c>, or where the node's was mounted for this process.</param>
internal sealed class PodCgroups(string procRoot, string sysRoot)
{
    private const string Root = "kubepods";
    private const string Slice = ".slice";
    private const string Scope = ".scope";

    // A kubelet's --cgroup-root may put it below a cgroup or two; a node that is itself a container, below one more.
    private const int RootDepthMax = 4;

    // Of any node in use there are some hundred directories that are not of pods; more is not worth the time.
    private const int DirectoriesMax = 10_000;

    private CgroupHierarchies? _hierarchies;
    private CgroupReader? _reader;

    /// <summary>Finds the cgroups of these containers. Those not in the answer have none that can be read.</summary>
    /// <param name="containers">Ids as the container runtime has them, without its name.</param>
    /// <returns>Absent when not even the root of the pods was found: then nothing is known of any.</returns>
    public Reading<Dictionary<string, FoundCgroup>> Find(IReadOnlySet<string> containers)
    {
        if (Hierarchies() is { } failure)
        {
            return Reading<Dictionary<string, FoundCgroup>>.Absent(failure);
        }

        if (_hierarchies!.Memory is not { } mount)
        {
            return Reading<Dictionary<string, FoundCgroup>>.Absent(
                "no cgroup hierarchy with a memory controller is mounted");
        }

        List<string> roots = Roots(mount.MountPoint);
        if (roots.Count == 0)
        {
            return Reading<Dictionary<string, FoundCgroup>>.Absent($"no cgroup of pods below {mount.MountPoint}");
        }

        var found = new Dictionary<string, FoundCgroup>(StringComparer.Ordinal);
        foreach (string directory in roots.SelectMany(Pods).SelectMany(Children))
        {
            if (ContainerId(Path.GetFileName(directory)) is { } id && containers.Contains(id))
            {
                string path = mount.PathOf([Path.GetRelativePath(mount.MountPoint, directory)]);
                if (_reader!.ReadLimit(path).Value is { } limit)
                {
                    found[id] = new FoundCgroup(path, limit.Bytes);
                }
            }
        }

        return Reading<Dictionary<string, FoundCgroup>>.Of(found);
    }

    private string? Hierarchies()
    {
        if (_hierarchies is not null)
        {
            return null;
        }

        Reading<CgroupHierarchies> read = CgroupHierarchies.Read(procRoot, sysRoot);
        if (read.Value is not { } hierarchies)
        {
            return read.Failure;
        }

        _reader = new CgroupReader(procRoot, hierarchies);
        _hierarchies = hierarchies;
        return null;
    }

    private static List<string> Roots(string mountPoint)
    {
        List<string> roots = [];
        Queue<(string Directory, int Depth)> open = new([(mountPoint, 0)]);
        for (int seen = 0; seen < DirectoriesMax && open.TryDequeue(out (string Directory, int Depth) next); seen++)
        {
            if (IsRoot(Path.GetFileName(next.Directory)))
            {
                roots.Add(next.Directory);
            }
            else if (next.Depth < RootDepthMax)
            {
                foreach (string child in Children(next.Directory))
                {
                    open.Enqueue((child, next.Depth + 1));
                }
            }
        }

        return roots;
    }

    // A class of service is one level more; the pods of the best class are beside the other two.
    private static IEnumerable<string> Pods(string root) => Children(root).SelectMany(child =>
        IsPod(Path.GetFileName(child)) ? [child]
        : IsClass(Path.GetFileName(child)) ? Children(child).Where(pod => IsPod(Path.GetFileName(pod)))
        : []);

    private static bool IsRoot(string name) =>
        name is Root or $"{Root}{Slice}" || name.EndsWith($"-{Root}{Slice}", StringComparison.Ordinal);

    private static bool IsClass(string name) =>
        name is "burstable" or "besteffort"
        || name.EndsWith($"-burstable{Slice}", StringComparison.Ordinal)
        || name.EndsWith($"-besteffort{Slice}", StringComparison.Ordinal);

    private static bool IsPod(string name) => name.EndsWith(Slice, StringComparison.Ordinal)
        ? name.Contains("-pod", StringComparison.Ordinal)
        : name.StartsWith("pod", StringComparison.Ordinal);

    // "0123", "cri-containerd-0123.scope", "crio-0123"; "crio-conmon-0123.scope" is the one that watches over it.
    private static string? ContainerId(string name)
    {
        string stem = name.EndsWith(Scope, StringComparison.Ordinal) ? name[..^Scope.Length] : name;
        int dash = stem.LastIndexOf('-');
        return dash >= 0 && stem[..dash].EndsWith("conmon", StringComparison.Ordinal) ? null : stem[(dash + 1)..];
    }

    private static string[] Children(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It vanished while it was looked at, or is not for us to see.
            return [];
        }
    }
}
