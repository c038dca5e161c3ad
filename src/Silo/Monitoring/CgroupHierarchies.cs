namespace Headroom.Silo.Monitoring;

/// <summary>The cgroup hierarchies of this machine that show memory, with their mount points below the given
/// root.</summary>
/// <param name="V1Memory">v1's memory controller; null when memory is not on v1.</param>
/// <param name="Unified">v2; on a hybrid machine it is there without the memory controller, but with pressure.</param>
internal sealed record CgroupHierarchies(CgroupMount? V1Memory, CgroupMount? Unified)
{
    // Where mount tables say that sysfs is; the root given to the reader stands in for it.
    private const string SysMountPoint = "/sys";

    /// <summary>The hierarchy with the memory controller; null when none is mounted.</summary>
    public CgroupMount? Memory => V1Memory ?? Unified;

    /// <summary>Reads the mount table of this process.</summary>
    /// <param name="procRoot">Root such as <c>/proc</c>.</param>
    /// <param name="sysRoot">Root such as <c>/sys</c>, or where the host's was mounted for this process.</param>
    public static Reading<CgroupHierarchies> Read(string procRoot, string sysRoot)
    {
        Reading<string> file = SystemFile.Read(Path.Combine(procRoot, "self", "mountinfo"));
        if (file.Value is not { } text)
        {
            return Reading<CgroupHierarchies>.Absent(file.Failure!);
        }

        IReadOnlyList<CgroupMount> mounts = CgroupMount.Parse(text);
        return Reading<CgroupHierarchies>.Of(new CgroupHierarchies(
            Choose(mounts.Where(mount => !mount.IsUnified), sysRoot),
            Choose(mounts.Where(mount => mount.IsUnified), sysRoot)));
    }

    /// <summary>The directories of a cgroup and its ancestors up to the mount point; null when it is not shown
    /// there.</summary>
    public static IReadOnlyList<string>? Directories(CgroupMount mount, string cgroupPath)
    {
        if (mount.Locate(cgroupPath) is not { } names)
        {
            return null;
        }

        List<string> directories = [mount.MountPoint];
        foreach (string name in names)
        {
            directories.Add(Path.Combine(directories[^1], name));
        }

        directories.Reverse();
        return directories;
    }

    // One hierarchy may be mounted several times: the one below the given root is meant, and of two at one place the
    // later
    // hides the earlier.
    private static CgroupMount? Choose(IEnumerable<CgroupMount> mounts, string sysRoot)
    {
        CgroupMount? chosen = null;
        int chosenRank = 0;
        foreach (CgroupMount mount in mounts)
        {
            int rank = IsBelow(mount.MountPoint, sysRoot) ? 3 : IsBelow(mount.MountPoint, SysMountPoint) ? 2 : 1;
            if (rank >= chosenRank)
            {
                chosenRank = rank;
                chosen = rank == 2
                    ? mount with { MountPoint = sysRoot + mount.MountPoint[SysMountPoint.Length..] }
                    : mount;
            }
        }

        return chosen;
    }

    private static bool IsBelow(string path, string root) => path.StartsWith(root + "/", StringComparison.Ordinal);
}
