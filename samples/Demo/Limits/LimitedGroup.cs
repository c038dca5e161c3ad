using System.Globalization;
using Headroom.Samples.Demo.Board;

namespace Headroom.Samples.Demo.Limits;

/// <summary>
/// A memory cgroup made for a run, v1 or v2, with a hard limit: the container of the store and its neighbour. It is
/// inside another one that stands for the node; the silo is in that, beside it. Gone when this is disposed.
/// </summary>
internal sealed class LimitedGroup : IMemoryLimit
{
    private readonly bool _isV1;
    private readonly string _node;
    private readonly string? _pressureNode;

    private LimitedGroup(bool isV1, string node, string path, string? pressureNode)
    {
        (_isV1, _node, _pressureNode) = (isV1, node, pressureNode);
        CgroupPath = $"{path}/work";
        Folder = Path.Combine(node, "work");
    }

    /// <inheritdoc/>
    public LimitKind Kind => LimitKind.Cgroup;

    /// <inheritdoc/>
    public string Name => _isV1 ? "memory cgroup v1" : "memory cgroup v2";

    /// <inheritdoc/>
    public string Measured
        => "what the kernel cannot drop of both processes (anonymous memory); page cache beside it; PSI of the cgroup";

    /// <inheritdoc/>
    public string? CgroupPath { get; }

    /// <inheritdoc/>
    public string Folder { get; }

    /// <inheritdoc/>
    public long UnleasedBytes => 0;

    /// <inheritdoc/>
    public Confinement Work => Confinement.None with { Script = EnterScript("work") };

    /// <inheritdoc/>
    public Confinement Silo => Confinement.None with { Script = EnterScript("silo") };

    /// <inheritdoc/>
    public IReadOnlyList<string> SiloArguments => [];

    /// <inheritdoc/>
    public long Kills => GroupUsage.Field(
        File.ReadAllLines(Path.Combine(Folder, _isV1 ? "memory.oom_control" : "memory.events")), "oom_kill");

    /// <inheritdoc/>
    public long? PeakBytes
    {
        get
        {
            string file = Path.Combine(Folder, _isV1 ? "memory.max_usage_in_bytes" : "memory.peak");
            return File.Exists(file) ? long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
        }
    }

    /// <summary>From PSI, where the kernel shows it.</summary>
    public long? StalledMicroseconds
    {
        get
        {
            string file = Path.Combine(_pressureNode is null ? Folder : _pressureNode + "/work", "memory.pressure");
            if (!File.Exists(file))
            {
                return null;
            }

            string some = File.ReadLines(file).First();
            return long.Parse(some[(some.LastIndexOf('=') + 1)..], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Makes the groups.</summary>
    /// <param name="limitBytes">The limit of store and neighbour.</param>
    /// <param name="nodeBytes">The limit of the node around them.</param>
    /// <returns>Null where that is not possible: no such hierarchy, or no right to.</returns>
    internal static LimitedGroup? TryMake(long limitBytes, long nodeBytes)
    {
        string name = $"headroom-demo-{Environment.ProcessId}-{Guid.NewGuid():N}";
        try
        {
            return Mount("cgroup", "memory") is { } v1 ? MakeV1(v1, name, limitBytes, nodeBytes)
                : Mount("cgroup2", null) is { } v2 ? MakeV2(v2, name, limitBytes, nodeBytes)
                : null;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public GroupUsage Read(Scoreboard store) => GroupUsage.Read(Folder);

    /// <summary>Removes the groups. Whatever ran in them must have ended.</summary>
    public void Dispose()
    {
        foreach (string? node in (IEnumerable<string?>)[_node, _pressureNode])
        {
            if (node is not null)
            {
                Remove(Path.Combine(node, "work"));
                Remove(Path.Combine(node, "silo"));
                Remove(node);
            }
        }
    }

    private static LimitedGroup MakeV1(
        (string Root, string Point) mount, string name, long limitBytes, long nodeBytes)
    {
        string node = MakeFolders(mount.Point, name);
        File.WriteAllText(Path.Combine(node, "memory.limit_in_bytes"), $"{nodeBytes}");
        File.WriteAllText(Path.Combine(node, "work", "memory.limit_in_bytes"), $"{limitBytes}");

        // The v2 hierarchy has no memory controller then, and still the pressure.
        string? pressure = Mount("cgroup2", null) is { } unified ? MakeFolders(unified.Point, name) : null;
        return new LimitedGroup(true, node, $"{mount.Root.TrimEnd('/')}/{name}", pressure);
    }

    private static LimitedGroup? MakeV2(
        (string Root, string Point) mount, string name, long limitBytes, long nodeBytes)
    {
        if (!File.ReadAllText(Path.Combine(mount.Point, "cgroup.controllers")).Split([' ', '\n']).Contains("memory"))
        {
            return null;
        }

        File.WriteAllText(Path.Combine(mount.Point, "cgroup.subtree_control"), "+memory");
        string node = Path.Combine(mount.Point, name);
        Directory.CreateDirectory(node);
        File.WriteAllText(Path.Combine(node, "memory.max"), $"{nodeBytes}");
        File.WriteAllText(Path.Combine(node, "cgroup.subtree_control"), "+memory");
        MakeFolders(mount.Point, name);
        File.WriteAllText(Path.Combine(node, "work", "memory.max"), $"{limitBytes}");
        return new LimitedGroup(false, node, $"{mount.Root.TrimEnd('/')}/{name}", null);
    }

    private static string MakeFolders(string point, string name)
    {
        string node = Path.Combine(point, name);
        Directory.CreateDirectory(Path.Combine(node, "work"));
        Directory.CreateDirectory(Path.Combine(node, "silo"));
        return node;
    }

    private static void Remove(string folder)
    {
        // The kernel may still hold a process that has just ended.
        for (int attempt = 0; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException) when (attempt < 1000)
            {
                Thread.Yield();
            }
        }
    }

    // A line of mountinfo: id, parent, device, root, mount point, options, ..., "-", type, source, options.
    private static (string Root, string Point)? Mount(string type, string? option)
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            if (fields[dash + 1] == type && (option is null || fields[^1].Split(',').Contains(option)))
            {
                return (fields[3], fields[4]);
            }
        }

        return null;
    }

    // What a shell does before it becomes the program.
    private string EnterScript(string group)
    {
        string script = $"echo 0 > {_node}/{group}/cgroup.procs";
        return _pressureNode is null ? script : $"{script} && echo 0 > {_pressureNode}/{group}/cgroup.procs";
    }
}
