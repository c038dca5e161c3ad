using System.Globalization;

namespace Headroom.Support.Kubernetes;

/// <summary>
/// A cgroup of the running kernel that is shaped as a kubelet shapes those of a pod's container: in the hierarchy with
/// memory, and on a hybrid machine in that of v2 too. Gone when this is disposed.
/// </summary>
public sealed class RealPodCgroup : IDisposable
{
    private readonly List<string> _made = [];
    private readonly bool _isV1;

    private RealPodCgroup(string containerId, bool isV1) => (ContainerId, _isV1) = (containerId, isV1);

    /// <summary>The container's id.</summary>
    public string ContainerId { get; }

    /// <summary>Its path below the hierarchy's root.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Its directory in the hierarchy with memory.</summary>
    public string Directory { get; private set; } = "";

    /// <summary>Its directory in the hierarchy of v2 beside it; null where there is none.</summary>
    public string? UnifiedDirectory { get; private set; }

    /// <summary>Its hard limit. Setting it throws an <see cref="IOException"/> where the kernel refuses.</summary>
    public long LimitBytes
    {
        get => long.Parse(File.ReadAllText(LimitFile), CultureInfo.InvariantCulture);
        set => File.WriteAllText(LimitFile, value.ToString(CultureInfo.InvariantCulture));
    }

    private string LimitFile =>
        System.IO.Path.Combine(Directory, _isV1 ? "memory.limit_in_bytes" : "memory.max");

    /// <summary>Makes one.</summary>
    /// <param name="bySystemd">Whether with the names that systemd's driver gives.</param>
    /// <param name="limitBytes">Its hard limit.</param>
    /// <returns>Null where that is not possible: no such hierarchy, or no right to.</returns>
    public static RealPodCgroup? TryMake(bool bySystemd, long limitBytes)
    {
        const string v1 = "/sys/fs/cgroup/memory";
        const string unified = "/sys/fs/cgroup/unified";
        bool isV1 = System.IO.Directory.Exists(v1);
        string root = isV1 ? v1 : "/sys/fs/cgroup";
        string id = $"{Guid.NewGuid():N}{Guid.NewGuid():N}";
        string uid = Guid.NewGuid().ToString();
        string[] names = bySystemd
            ?
            [
                "kubepods.slice", "kubepods-burstable.slice",
                $"kubepods-burstable-pod{uid.Replace('-', '_')}.slice", $"cri-containerd-{id}.scope",
            ]
            : ["kubepods", "burstable", $"pod{uid}", id];
        var made = new RealPodCgroup(id, isV1) { Path = "/" + string.Join('/', names) };
        try
        {
            made.Directory = made.Make(root, names);
            if (!isV1)
            {
                Delegate(root, names);
            }

            made.UnifiedDirectory = isV1 && System.IO.Directory.Exists(unified) ? made.Make(unified, names) : null;
            made.LimitBytes = limitBytes;
            return made;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            made.Dispose();
            return null;
        }
    }

    /// <summary>The command of a shell that puts itself in it and becomes another program.</summary>
    public string Enter => string.Concat(
        new[] { Directory, UnifiedDirectory }.OfType<string>()
            .Select(directory => $"echo 0 > {directory}/cgroup.procs && "));

    /// <summary>Starts a program in it.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its command line.</param>
    public ChildProcess Start(string file, params IEnumerable<string> arguments) =>
        ChildProcess.StartFile("/bin/sh", ["-c", $"{Enter}exec \"$@\"", "sh", file, .. arguments]);

    /// <summary>Removes it. Whatever ran in it must have ended.</summary>
    public void Dispose()
    {
        // The kubelet's own levels are others' too, and stay as long as they are in use.
        foreach (string directory in Enumerable.Reverse(_made))
        {
            try
            {
                System.IO.Directory.Delete(directory);
            }
            catch (IOException)
            {
                continue;
            }
        }

        _made.Clear();
    }

    private string Make(string root, string[] names)
    {
        string directory = root;
        foreach (string name in names)
        {
            directory = System.IO.Path.Combine(directory, name);
            System.IO.Directory.CreateDirectory(directory);
            _made.Add(directory);
        }

        return directory;
    }

    // On v2 a controller reaches a level only when the one above hands it on.
    private static void Delegate(string root, string[] names)
    {
        string directory = root;
        foreach (string name in names)
        {
            File.WriteAllText(System.IO.Path.Combine(directory, "cgroup.subtree_control"), "+memory");
            directory = System.IO.Path.Combine(directory, name);
        }
    }
}
