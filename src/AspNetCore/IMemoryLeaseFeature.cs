using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore;

/// <summary>
/// Of a request that was admitted, in <see cref="HttpContext.Features"/>: the memory it may use. Absent when it was
/// estimated to need none.
/// </summary>
public interface IMemoryLeaseFeature
{
    /// <summary>
    /// The lease. It ends when the response has completed; a handler that is done with its memory earlier may dispose
    /// it then. With <see cref="MemoryLease.Fallback"/> there is no new memory, but an object that the application
    /// registered.
    /// </summary>
    MemoryLease Lease { get; }
}
