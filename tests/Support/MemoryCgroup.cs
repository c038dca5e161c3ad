using System.Globalization;

namespace Headroom.Support;

/// <summary>A memory cgroup of a test, below the root of its hierarchy. Gone when it is disposed and empty.</summary>
public sealed class MemoryCgroup : IDisposable
{
    private static readonly string[] Roots = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"];

    private readonly string _folder;

    private MemoryCgroup(string root, string name)
    {
        Name = $"/{name}";
        _folder = Path.Combine(root, name);
    }

    /// <summary>Its path below the hierarchy's root.</summary>
    public string Name { get; }

    /// <summary>Makes one.</summary>
    /// <param name="why">Why not, when there is none.</param>
    public static MemoryCgroup? TryMake(out string why)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"headroom-test-{Environment.ProcessId}");
        foreach (string root in Roots)
        {
            bool first = File.Exists(Path.Combine(root, "memory.usage_in_bytes"));
            if (!first && !File.Exists(Path.Combine(root, "cgroup.subtree_control")))
            {
                continue;
            }

            try
            {
                var cgroup = new MemoryCgroup(root, name);
                Directory.CreateDirectory(cgroup._folder);
                if (first || File.Exists(Path.Combine(cgroup._folder, "memory.current")))
                {
                    why = "";
                    return cgroup;
                }

                cgroup.Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                why = $"no memory cgroup can be made here: {error.Message}";
                return null;
            }
        }

        why = "there is no hierarchy of memory cgroups here";
        return null;
    }

    /// <summary>Starts a program in it.</summary>
    public ChildProcess Start(string program, params string[] arguments) => ChildProcess.StartFile(
        "sh",
        ["-c", $"echo $$ > {_folder}/cgroup.procs && exec \"$@\"", "sh", "dotnet", program, .. arguments]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder);
}
