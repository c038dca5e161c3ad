using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>
/// The page of the stack that the caller runs on, as a place where nobody else is at the same time: a page is in one
/// thread's stack at most, and code runs on its own thread's stack only.
/// </summary>
/// <remarks>
/// It costs two instructions, where a thread-static field costs a call. The page of a thread that ended may become that
/// of another one, which then finds what the first one left: between the two the system took the page and gave it.
/// </remarks>
internal static class StackPage
{
    /// <summary>No system has smaller pages: 4 KiB. Where they are larger, this is a part of one.</summary>
    private const nuint Size = 1 << 12;

    internal static nuint Current
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Unsafe.SkipInit(out byte here);
            return (nuint)Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref here) & ~(Size - 1);
        }
    }
}
