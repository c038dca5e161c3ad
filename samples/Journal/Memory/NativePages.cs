using System.Runtime.InteropServices;

namespace Headroom.Samples.Journal.Memory;

/// <summary>
/// Pages straight from the kernel. An allocator keeps freed blocks for later; pages that are unmapped are really
/// gone, so that what is given back is there for others at that moment.
/// </summary>
internal static unsafe partial class NativePages
{
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;

    /// <summary>The size of a page, in bytes; sizes of buffers are multiples of it.</summary>
    internal static int PageBytes => Environment.SystemPageSize;

    /// <summary>
    /// The least multiple of <see cref="PageBytes"/> that holds <paramref name="bytes"/>; at least one page.
    /// </summary>
    internal static long RoundUp(long bytes) => (Math.Max(bytes, 1) + PageBytes - 1) / PageBytes * PageBytes;

    /// <summary>Maps pages and touches each, so that the memory is in use when this returns.</summary>
    /// <exception cref="InsufficientMemoryException">The system has none left; nothing is mapped.</exception>
    internal static byte* Allocate(long bytes)
    {
        byte* start = OperatingSystem.IsLinux()
            ? Map(bytes)
            : (byte*)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)PageBytes);
        for (long offset = 0; offset < bytes; offset += PageBytes)
        {
            start[offset] = 0;
        }

        return start;
    }

    /// <summary>Unmaps what <see cref="Allocate"/> gave.</summary>
    internal static void Free(byte* start, long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            NativeMemory.AlignedFree(start);
        }
        else if (Unmap(start, (nuint)bytes) != 0)
        {
            throw new InvalidOperationException(
                $"Unmapping {bytes} bytes failed, error {Marshal.GetLastPInvokeError()}.");
        }
    }

    private static byte* Map(long bytes)
    {
        byte* start = Map(null, (nuint)bytes, ReadWrite, PrivateAnonymous, -1, 0);
        return (nint)start != -1
            ? start
            : throw new InsufficientMemoryException(
                $"Mapping {bytes} bytes failed, error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* Map(byte* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(byte* address, nuint length);
}
