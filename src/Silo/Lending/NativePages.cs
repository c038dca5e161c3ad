using System.Runtime.InteropServices;

namespace Headroom.Silo.Lending;

/// <summary>
/// Pages straight from the kernel. An allocator keeps freed blocks for later; pages that are unmapped are back with the
/// machine at that moment.
/// </summary>
internal static unsafe partial class NativePages
{
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const nint Failed = -1;

    /// <summary>The size of a page, in bytes.</summary>
    public static int PageBytes => Environment.SystemPageSize;

    /// <summary>Maps zeroed pages without touching them; null when the kernel will not.</summary>
    /// <param name="bytes">1 or more; whole pages are mapped.</param>
    public static byte* Map(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Memory is lent on Linux only.");
        }

        byte* start = Map(null, checked((nuint)bytes), ReadWrite, PrivateAnonymous, -1, 0);
        return (nint)start == Failed ? null : start;
    }

    /// <summary>Writes to each page of a range, so that it is in use when this returns.</summary>
    public static void Touch(byte* start, long bytes)
    {
        for (long offset = 0; offset < bytes; offset += PageBytes)
        {
            Volatile.Write(ref start[offset], 0);
        }
    }

    /// <summary>Gives back what <see cref="Map(long)"/> gave.</summary>
    /// <exception cref="InvalidOperationException">It was not mapped.</exception>
    public static void Unmap(byte* start, long bytes)
    {
        if (Unmap(start, checked((nuint)bytes)) != 0)
        {
            throw new InvalidOperationException(
                $"Unmapping {bytes} bytes failed, error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* Map(byte* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(byte* address, nuint length);
}
