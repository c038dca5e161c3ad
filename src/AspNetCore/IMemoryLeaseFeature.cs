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
    /// registered. <c>default</c> when an operation stands in place of a size.
    /// </summary>
    MemoryLease Lease { get; }

    /// <summary>
    /// The lease when an operation stands in place of a size, and <c>default</c> when not. A handler says what it
    /// really used with <see cref="EstimatedLease.Record"/>, and may grow the lease.
    /// </summary>
    EstimatedLease EstimatedLease { get; }
}
