using System.ComponentModel;
using System.Runtime.InteropServices;
using Headroom.Silo.Monitoring;

namespace Headroom.CgroupGuest;

/// <summary>What a silo takes for its memory where it runs.</summary>
internal static partial class Own
{
    private const int NewNamespaceOfMounts = 0x0002_0000;
    private const int NewNamespaceOfCgroups = 0x0200_0000;
    private const int DetachMount = 2;

    /// <summary>Prints it: bytes, and the directory that limits them; or why it cannot be read.</summary>
    public static int Tell(MemoryScope scope)
    {
        var reader = new MachineReader("/proc", "/sys", scope, TimeProvider.System);
        (HostMemory? memory, string? failure) = reader.ReadHost().Memory;
        Console.WriteLine(memory is null ? $"absent {failure}" : $"{memory.TotalBytes} {memory.LimitedBy}");
        return 0;
    }

    /// <summary>The same from a cgroup namespace that begins at the cgroup of this process.</summary>
    /// <param name="scope">Whose memory.</param>
    /// <param name="mounts">Whether the hierarchy is mounted anew in it, as what starts containers does.</param>
    public static int TellFromNamespace(MemoryScope scope, bool mounts)
    {
        // Both belong to this thread alone, which is the first one: the one that /proc/self shows.
        Check(Unshare(NewNamespaceOfMounts | NewNamespaceOfCgroups), "unshare");
        if (mounts)
        {
            Check(Unmount("/sys/fs/cgroup", DetachMount), "umount");
            Check(Mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, 0), "mount");
        }

        return Tell(scope);
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), call);
        }
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, nint data);
}
