using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>
/// Ids of requests. Each process counts on from a place of its own, found by chance: a fresh Guid asks the kernel for
/// randomness each time, which costs as much as the rest of a request.
/// </summary>
internal static class RequestIds
{
    private static readonly (ulong Process, ulong First) Start =
        Unsafe.BitCast<Guid, (ulong Process, ulong First)>(Guid.NewGuid());

    private static ulong _count;

    /// <summary>One that no other request has.</summary>
    internal static Guid Next() =>
        Unsafe.BitCast<(ulong, ulong), Guid>((Start.Process, Start.First + Interlocked.Increment(ref _count)));
}
