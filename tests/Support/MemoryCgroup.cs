using System.Globalization;

namespace Headroom.Support;

/// <summary>A memory cgroup of the running kernel, v1 or v2, gone when this is disposed.</summary>
public sealed class MemoryCgroup : IDisposable
{
    private readonly string _directory;
    private readonly string _limitFile;

    private MemoryCgroup(string directory, string limitFile, string path) =>
        (_directory, _limitFile, Path) = (directory, limitFile, path);

    /// <summary>Its path below the hierarchy's root.</summary>
    public string Path { get; }

    /// <summary>Sets its hard limit.</summary>
    public long LimitBytes
    {
        set => File.WriteAllText(_limitFile, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Makes one.</summary>
    /// <returns>Null where that is not possible: no such hierarchy, or no right to.</returns>
    public static MemoryCgroup? TryMake()
    {
        foreach ((string type, string file) in
            (ReadOnlySpan<(string, string)>)[("cgroup", "memory.limit_in_bytes"), ("cgroup2", "memory.max")])
        {
            if (Mount(type) is not { } mount)
            {
                continue;
            }

            string name = $"headroom-{Environment.ProcessId}-{Guid.NewGuid():N}";
            string directory = System.IO.Path.Combine(mount.Point, name);
            try
            {
                Directory.CreateDirectory(directory);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                return null;
            }

            string limit = System.IO.Path.Combine(directory, file);
            if (File.Exists(limit))
            {
                return new MemoryCgroup(directory, limit, $"{mount.Root.TrimEnd('/')}/{name}");
            }

            Directory.Delete(directory);
        }

        return null;
    }

    /// <summary>Starts a .NET program in it.</summary>
    /// <param name="program">The program's assembly.</param>
    /// <param name="arguments">Its command line.</param>
    public ChildProcess Start(string program, params IEnumerable<string> arguments) => ChildProcess.StartFile(
        "/bin/sh",
        ["-c", $"echo 0 > {_directory}/cgroup.procs && exec dotnet \"$@\"", "sh", program, .. arguments]);

    /// <summary>Removes it. Whatever ran in it must have ended.</summary>
    public void Dispose() => Directory.Delete(_directory);

    // A line of mountinfo: id, parent, device, root, mount point, options, ..., "-", type, source, options.
    private static (string Root, string Point)? Mount(string type)
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            bool hasMemory = type == "cgroup2" || fields[^1].Split(',').Contains("memory");
            if (fields[dash + 1] == type && hasMemory)
            {
                return (fields[3], fields[4]);
            }
        }

        return null;
    }
}
