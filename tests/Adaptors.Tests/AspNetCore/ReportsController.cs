using Headroom.AspNetCore;
using Microsoft.AspNetCore.Mvc;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>Says how much memory a request was given.</summary>
[ApiController]
[Route("reports")]
public sealed class ReportsController : ControllerBase
{
    /// <summary>The lease's bytes.</summary>
    [HttpGet]
    public string Get() => $"{HttpContext.Features.Get<IMemoryLeaseFeature>()!.Lease.Bytes}";
}
