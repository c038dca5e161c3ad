using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore;

/// <summary>In an endpoint's metadata: what its requests need. The last one counts.</summary>
/// <param name="subsystem">The name of the subsystem.</param>
/// <param name="estimate">Bytes that a request will use; 0 for none.</param>
/// <param name="urgency">What a refusal does to the caller.</param>
internal sealed class HeadroomRequirement(string subsystem, Func<HttpContext, long> estimate, Urgency urgency)
{
    internal string Subsystem => subsystem;

    internal Func<HttpContext, long> Estimate => estimate;

    internal Urgency Urgency => urgency;
}
