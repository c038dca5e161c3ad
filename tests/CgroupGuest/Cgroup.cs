using System.Globalization;
using Headroom.Silo.Monitoring;

namespace Headroom.CgroupGuest;

/// <summary>A cgroup of the guest, which has the memory controller, and the way the silo reads it. Removed when it is
/// disposed.</summary>
internal sealed class Cgroup : IDisposable
{
    private const string Mount = "/sys/fs/cgroup";
    private static readonly CgroupReader Reader =
        new("/proc", Expect.Present(CgroupHierarchies.Read("/proc", "/sys")));

    private readonly List<string> _made = [];

    /// <summary>Makes it, and those above it that are missing.</summary>
    /// <param name="path">Its path in the hierarchy.</param>
    public Cgroup(string path)
    {
        Path = path;
        string directory = Mount;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            File.WriteAllText($"{directory}/cgroup.subtree_control", "+memory");
            directory = $"{directory}/{name}";
            if (!System.IO.Directory.Exists(directory))
            {
                System.IO.Directory.CreateDirectory(directory);
                _made.Add(directory);
            }
        }

        Directory = directory;
    }

    /// <summary>Its path in the hierarchy.</summary>
    public string Path { get; }

    /// <summary>Its directory.</summary>
    public string Directory { get; }

    /// <summary>Its hard limit; null for "max".</summary>
    public long? MaxBytes
    {
        set => Set("memory.max", value);
    }

    /// <summary>From where on whoever takes more is slowed down; null for "max".</summary>
    public long? HighBytes
    {
        set => Set("memory.high", value);
    }

    /// <summary>Reads it as the silo does.</summary>
    public Reading<CgroupMemory> TryRead() => Reader.Read(Path, unifiedPath: null);

    /// <summary>Reads it as the silo does; a reading that cannot be made is a failed check.</summary>
    public CgroupMemory Read() => Expect.Present(TryRead());

    /// <summary>Reads the limit in effect for it.</summary>
    public CgroupLimit ReadLimit() => Expect.Present(Reader.ReadLimit(Path));

    /// <inheritdoc/>
    public void Dispose()
    {
        // From the inside out. One that was just left by its last process may be busy for a moment.
        foreach (string directory in Enumerable.Reverse(_made))
        {
            Expect.Soon(() => TryRemove(directory), removed => removed);
        }
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            System.IO.Directory.Delete(directory);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Set(string file, long? bytes) => File.WriteAllText(
        $"{Directory}/{file}", bytes is { } value ? value.ToString(CultureInfo.InvariantCulture) : "max");
}
